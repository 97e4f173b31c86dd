import { EnvError } from '../env-error.ts';
import { anything, checkSettings } from '../settings.ts';
import { choiceMask, drawChoice, isNone } from './choices.ts';
import { describeValue } from './describe-value.ts';
import { createSampler } from './sampler.ts';
import type { SpaceOf } from './space-of.ts';

/** The integers from `start` to `start + n − 1`. */
export interface Discrete extends SpaceOf<number> {
  readonly type: 'Discrete';
  readonly n: number;
  readonly start: number;
}

/** @throws EnvError unless n is a positive and start any integer, and all elements are below 2⁵³ in absolute value */
export function discrete(n: number, options: { readonly start?: number } = {}): Discrete {
  checkSettings('discrete', options, { start: anything });
  const { start = 0 } = options;
  if (!(Number.isSafeInteger(n) && n > 0))
    throw new EnvError('setting', `sim-env: discrete: n is a positive integer, got ${describeValue(n)}`);
  if (!Number.isSafeInteger(start))
    throw new EnvError('setting', `sim-env: discrete: start is an integer, got ${describeValue(start)}`);
  if (!Number.isSafeInteger(start + (n - 1))) {
    throw new EnvError('setting', `sim-env: discrete: the largest element, ${start} + ${n} - 1, is beyond 2^53 - 1`);
  }
  const { random, seed } = createSampler();
  const contains = (value: unknown): value is number =>
    Number.isInteger(value) && (value as number) >= start && (value as number) < start + n;
  return {
    type: 'Discrete',
    n,
    start,
    sample: (mask) =>
      start + (isNone(mask) ? random().int(n) : drawChoice(choiceMask('discrete: sample', mask, n), random())),
    seed,
    contains,
    violation: (value) =>
      contains(value)
        ? undefined
        : `expected an integer from ${start} to ${start + n - 1}, got ${describeValue(value)}`,
    toJSON: () => ({ type: 'Discrete', n, start }),
  };
}
