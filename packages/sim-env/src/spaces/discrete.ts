import { describeValue } from './describe-value.ts';
import { createSampler } from './sampler.ts';
import type { SpaceOf } from './space.ts';

/** The integers from `start` to `start + n − 1`. */
export interface Discrete extends SpaceOf<number> {
  readonly type: 'Discrete';
  readonly n: number;
  readonly start: number;
}

/** @throws RangeError unless n is a positive and start any integer */
export function discrete(n: number, { start = 0 }: { readonly start?: number } = {}): Discrete {
  if (!(Number.isSafeInteger(n) && n > 0)) throw new RangeError(`sim-env: discrete: n is a positive integer, got ${n}`);
  if (!Number.isSafeInteger(start)) throw new RangeError(`sim-env: discrete: start is an integer, got ${start}`);
  const { random, seed } = createSampler();
  const contains = (value: unknown): value is number =>
    Number.isInteger(value) && (value as number) >= start && (value as number) < start + n;
  return {
    type: 'Discrete',
    n,
    start,
    sample: () => start + random().int(n),
    seed,
    contains,
    violation: (value) =>
      contains(value)
        ? undefined
        : `expected an integer from ${start} to ${start + n - 1}, got ${describeValue(value)}`,
    toJSON: () => ({ type: 'Discrete', n, start }),
  };
}
