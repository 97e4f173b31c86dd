import { EnvError } from '../env-error.ts';
import { describeValue } from './describe-value.ts';
import type { NestedNumbers } from './description.ts';

/** An array of several dimensions as one list, row by row. */
export interface Unnested {
  readonly shape: readonly number[];
  readonly entries: readonly number[];
}

/** Dimensions of an array: those of NumPy. */
const MOST_DIMENSIONS = 64;

/** @throws EnvError `setting` for what is no list, lists of different lengths, or more than 64 in one another */
export function unnested(where: string, given: unknown): Unnested {
  const shape: number[] = [];
  for (let inner: unknown = given; Array.isArray(inner); inner = inner[0]) {
    shape.push(inner.length);
    if (shape.length > MOST_DIMENSIONS)
      throw new EnvError('setting', `sim-env: ${where} has more than ${MOST_DIMENSIONS} dimensions`);
  }
  if (shape.length === 0)
    throw new EnvError('setting', `sim-env: ${where} is a list of integers, got ${describeValue(given)}`);
  const entries: number[] = [];
  collect(given, 0);
  return { shape, entries };

  function collect(part: unknown, depth: number): void {
    if (depth === shape.length && !Array.isArray(part)) {
      entries.push(part as number);
      return;
    }
    if (!Array.isArray(part) || part.length !== shape[depth]) {
      const expected = depth === shape.length ? 'an integer' : `a list of ${shape[depth]}`;
      throw new EnvError('setting', `sim-env: ${where} holds ${describeValue(part)} where ${expected} is expected`);
    }
    for (const inner of part) collect(inner, depth + 1);
  }
}

/** The other way. */
export function nested<T>(entries: readonly T[], shape: readonly number[]): readonly unknown[] {
  if (shape.length <= 1) return entries;
  const [count, ...rest] = shape;
  const length = entries.length / count!;
  return Array.from({ length: count! }, (_, i) => nested(entries.slice(i * length, (i + 1) * length), rest));
}

/** Lists of numbers in one another. */
export const nestedNumbers = (entries: readonly number[], shape: readonly number[]): NestedNumbers =>
  nested(entries, shape) as NestedNumbers;
