import { evenTicks } from '../../page/chart/even-ticks.ts';
import { logTicks } from '../../page/chart/log-ticks.ts';

/** From numbers to places in a drawing. */
export interface Scale {
  readonly domain: readonly [low: number, high: number];
  readonly place: (value: number) => number;
  /** The number at a place. */
  readonly at: (place: number) => number;
  readonly ticks: readonly number[];
}

/** About `count` round numbers stand at an axis; on a logarithmic one what `logTicks` gives. */
export function scaleOf(
  domain: readonly [number, number],
  places: readonly [number, number],
  { log = false, count = 5 }: { readonly log?: boolean; readonly count?: number } = {},
): Scale {
  const [to, from] = log ? [Math.log10, (value: number) => 10 ** value] : [(v: number) => v, (v: number) => v];
  const [low, high] = widened(domain.map(to) as [number, number]);
  const [start, end] = places;
  return {
    domain: [from(low), from(high)],
    place: (value) => start + ((to(value) - low) / (high - low)) * (end - start),
    at: (place) => from(low + ((place - start) / (end - start)) * (high - low)),
    ticks: log ? logTicks(10 ** low, 10 ** high) : evenTicks(low, high, count),
  };
}

/** A domain without extent would have no places. */
const widened = ([low, high]: readonly [number, number]): [number, number] =>
  low === high ? [low - 0.5, high + 0.5] : [low, high];
