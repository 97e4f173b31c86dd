/** A tick that an end of an axis is meant to be, but for a rounding, is there: shares of a step. */
const SLACK = 1e-9;

/** Multiples of 1, 2 or 5 times a power of ten between two numbers, about `count` of them. */
export function evenTicks(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step - SLACK);
  const last = Math.floor(high / step + SLACK);
  // Products such as 3 × 0.1 leave a rest in binary.
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
