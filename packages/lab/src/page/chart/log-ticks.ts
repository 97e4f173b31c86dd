import { evenTicks } from './even-ticks.ts';

/** A power of ten that an end of an axis is meant to be, but for a rounding, is a tick: relative. */
const SLACK = 1e-9;

/** Ticks of a logarithmic axis: even steps within a decade, then 1, 2 and 5, and over many decades some of their powers. */
export function logTicks(min: number, max: number): number[] {
  const decades = Math.log10(max / min);
  if (!(decades > 0)) return [min];
  if (decades < 1) return evenTicks(min, max, 5);
  const [first, last] = [Math.floor(Math.log10(min)), Math.ceil(Math.log10(max))];
  const step = Math.max(1, Math.ceil(decades / 7));
  const digits = decades <= 3 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = Math.ceil(first / step) * step; power <= last; power += step)
    for (const digit of digits) ticks.push(Number(`${digit}e${power}`));
  return ticks.filter((value) => value >= min * (1 - SLACK) && value <= max * (1 + SLACK));
}
