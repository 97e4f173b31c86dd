import { InputError } from './input-error.ts';

/** Index of the first NaN or infinite entry, or -1. A plain loop, since there may be 10⁸ of them. */
export function firstNonFinite(data: ArrayLike<number>): number {
  if (data instanceof Float32Array && areFinite(data)) return -1;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    // Zero for every finite value, NaN for the others.
    if (value - value !== 0) return i;
  }
  return -1;
}

/**
 * For the usual type a loop of its own, without a branch for each entry: one that meets arrays of all types takes V8 tens of times as long. Four sums,
 * so that none waits for the last.
 */
function areFinite(data: Float32Array): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = data.length - (data.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += data[i]! - data[i]!;
    b += data[i + 1]! - data[i + 1]!;
    c += data[i + 2]! - data[i + 2]!;
    d += data[i + 3]! - data[i + 3]!;
  }
  for (let i = whole; i < data.length; i++) a += data[i]! - data[i]!;
  return a + b + c + d === 0;
}

/** `3 NaN and 1 infinite values`; the data must have some. */
export function countNonFinite(data: ArrayLike<number>): string {
  let nan = 0;
  let infinite = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (value - value === 0) continue;
    if (Number.isNaN(value)) nan++;
    else infinite++;
  }
  const counts = [nan > 0 && `${nan} NaN`, infinite > 0 && `${infinite} infinite`].filter(Boolean).join(' and ');
  return `${counts} ${nan + infinite === 1 ? 'value' : 'values'}`;
}

/**
 * Refuses NaN and infinite entries.
 *
 * @param name how the message names the values, with the caller's prefix: `'nn: params'`
 * @param advice what to do; ends the message
 * @param place how the message names the first such entry, given its index from 0
 * @throws {InputError} `not-finite`, with the number of such entries and the place of the first
 */
export function checkFiniteValues(
  name: string,
  data: ArrayLike<number>,
  advice: string,
  place: (index: number) => string = (index) => `entry ${index} (counted from 0)`,
): void {
  const first = firstNonFinite(data);
  if (first < 0) return;
  throw new InputError('not-finite', `${name} has ${countNonFinite(data)}, the first at ${place(first)}; ${advice}`);
}
