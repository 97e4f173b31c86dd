/** Ticks of a logarithmic axis: even steps within a decade, then 1, 2 and 5, and over many decades some of their powers. */
export function logTicks(min: number, max: number): number[] {
  const decades = Math.log10(max / min);
  if (!(decades > 0)) return [min];
  if (decades < 1) return evenTicks(min, max);
  const [first, last] = [Math.floor(Math.log10(min)), Math.ceil(Math.log10(max))];
  const step = Math.max(1, Math.ceil(decades / 7));
  const digits = decades <= 3 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = Math.ceil(first / step) * step; power <= last; power += step)
    for (const digit of digits) ticks.push(Number(`${digit}e${power}`));
  return ticks.filter((value) => value >= min && value <= max);
}

function evenTicks(min: number, max: number): number[] {
  const rough = (max - min) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((each) => each >= rough)!;
  const first = Math.ceil(min / step);
  const count = Math.floor(max / step) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
