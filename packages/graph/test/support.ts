import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { type AnyGraph, leavesOf, type Tensor } from '../src/index.ts';

export * from './values.ts';

/** Expects the largest difference to be at most `tolerance` times the largest number, or `tolerance` for small ones. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = 'result',
): void {
  expect(actual.length, `${what}: number of entries`).toBe(expected.length);
  const scale = Array.from(expected).reduce((most, x) => Math.max(most, Math.abs(x)), 1);
  const worst = Array.from(actual).reduce((most, x, i) => {
    const difference = Math.abs(x - expected[i]!);
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(most, difference);
  }, 0);
  expect(worst / scale, `${what}: ${Array.from(actual)} against ${Array.from(expected)}`).toBeLessThanOrEqual(
    tolerance,
  );
}

/** Inputs of a graph in the order of their leaves. */
export const inputTensors = (graph: AnyGraph): Tensor[] => leavesOf<Tensor>(graph.inputs).map(({ value }) => value);

/** A JSON file of `test/fixtures`. */
export const fixture = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')) as T;
