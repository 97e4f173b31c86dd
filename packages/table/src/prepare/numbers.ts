import { FARTHEST, type Standardization } from './plan.ts';

/** Numbers in training are at most so large, so that no difference of two overflows. */
export const LARGEST = 1e300;

/** What is learned of numbers, of which some are missing (NaN). */
export interface NumberFacts {
  /** Entries that are there. */
  readonly present: number;
  /** NaN without any. */
  readonly median: number;
  /** Of all rows, with the median where one is missing; undefined where the numbers are all the same, up to rounding. */
  readonly standardization?: Standardization;
  /** How many deviations the farthest number is from the mean. */
  readonly farthest: number;
}

/** A deviation below this much of the largest number is rounding: four units in the last place of float64. */
const ROUNDING = 4 * Number.EPSILON;

/** Smaller deviations count as none: ONNX Runtime takes constants of float64 that float32 doesn't hold for 0 where it simplifies graphs. */
const SMALLEST = 1e-37;

/** Median, mean and standard deviation (dividing by the number of rows), in float64. */
export function numberFacts(values: Float64Array, limit: number): NumberFacts {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const present = sorted.length;
  if (present === 0) return { present, median: Number.NaN, farthest: 0 };
  const median = medianOf(sorted);
  const [least, most] = [sorted[0]!, sorted[present - 1]!];
  const filled = values.map((value) => (Number.isNaN(value) ? median : value));
  const standardization = standardizationOf(filled, limit);
  if (!standardization || most - least <= ROUNDING * Math.max(Math.abs(least), Math.abs(most))) {
    return { present, median, farthest: 0 };
  }
  const { mean, scale } = standardization;
  return { present, median, standardization, farthest: Math.max(mean - least, most - mean) / scale };
}

/** Of numbers that are all there; undefined where all are the same. */
export function standardizationOf(values: Float64Array, limit = FARTHEST): Standardization | undefined {
  // Sums of differences to one of the numbers lose the fewest digits, and none where all are the same.
  const origin = values[0]!;
  let sum = 0;
  for (const value of values) sum += value - origin;
  const mean = origin + sum / values.length;
  let widest = 0;
  for (const value of values) widest = Math.max(widest, Math.abs(value - mean));
  if (widest < SMALLEST) return undefined;
  // Squares of parts of the widest never overflow, and don't vanish.
  let squares = 0;
  for (const value of values) squares += ((value - mean) / widest) ** 2;
  const scale = widest * Math.sqrt(squares / values.length);
  return scale < SMALLEST ? undefined : { mean: mean + 0, scale, limit };
}

function medianOf(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle]!;
  // The sum of 0 turns −0, which JSON has not, into 0.
  return (sorted.length % 2 === 1 ? upper : (sorted[middle - 1]! + upper) / 2) + 0;
}
