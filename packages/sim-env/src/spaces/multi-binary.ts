import { EnvError } from '../env-error.ts';
import { choiceMask, isNone } from './choices.ts';
import { describeValue } from './describe-value.ts';
import { createSampler } from './sampler.ts';
import type { SpaceOf } from './space-of.ts';

/** n switches, each 0 or 1. */
export interface MultiBinary extends SpaceOf<Int8Array> {
  readonly type: 'MultiBinary';
  readonly n: number;
}

/** What a typed array is sure to hold. */
const MOST = 2 ** 29;

/** @throws EnvError unless n is a positive integer, at most 2²⁹ */
export function multiBinary(n: number): MultiBinary {
  if (n > MOST) throw new EnvError('setting', `sim-env: multiBinary: n is at most ${MOST}, got ${n}`);
  if (!(Number.isSafeInteger(n) && n > 0)) {
    throw new EnvError('setting', `sim-env: multiBinary: n is a positive integer, got ${describeValue(n)}`);
  }
  const { random, seed } = createSampler();

  function violation(value: unknown): string | undefined {
    if (!(value instanceof Int8Array)) return `expected an Int8Array of ${n}, got ${describeValue(value)}`;
    if (value.length !== n) return `expected ${n} entries, got ${value.length}`;
    const i = value.findIndex((entry) => entry !== 0 && entry !== 1);
    return i < 0 ? undefined : `entry ${i} is ${value[i]}, neither 0 nor 1`;
  }

  return {
    type: 'MultiBinary',
    n,
    sample(mask) {
      if (isNone(mask)) return Int8Array.from({ length: n }, () => random().int(2));
      return choiceMask('multiBinary: sample', mask, n, 2).map((entry) => (entry === 2 ? random().int(2) : entry));
    },
    seed,
    violation,
    contains: (value): value is Int8Array => violation(value) === undefined,
    toJSON: () => ({ type: 'MultiBinary', n }),
  };
}
