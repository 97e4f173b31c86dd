import { EnvError } from '../env-error.ts';
import { sizeOf } from './box.ts';
import { choiceMask, isNone } from './choices.ts';
import { describeValue } from './describe-value.ts';
import { createSampler } from './sampler.ts';
import type { SpaceOf } from './space-of.ts';

/** n switches, each 0 or 1. Elements are flat, in row-major order of `shape`. */
export interface MultiBinary extends SpaceOf<Int8Array> {
  readonly type: 'MultiBinary';
  readonly n: number;
  readonly shape: readonly number[];
}

/** What a typed array is sure to hold. */
const MOST = 2 ** 29;

/**
 * @param given how many switches, or how many along each of several dimensions
 * @throws EnvError unless n, or each length, is a positive integer, and there are at most 2²⁹ switches
 */
export function multiBinary(given: number | readonly number[]): MultiBinary {
  const shape = Array.isArray(given) ? (given as readonly number[]) : [given as number];
  const n = sizeOf(shape);
  if (n > MOST) throw new EnvError('setting', `sim-env: multiBinary: n is at most ${MOST}, got ${n}`);
  if (shape.length === 0 || !shape.every((length) => Number.isSafeInteger(length) && length > 0)) {
    throw new EnvError(
      'setting',
      `sim-env: multiBinary: n is a positive integer, or a list of them, got ${describeValue(Array.isArray(given) ? shape.join() : given)}`,
    );
  }
  const { random, seed } = createSampler();

  function violation(value: unknown): string | undefined {
    if (!(value instanceof Int8Array)) return `expected an Int8Array of ${n}, got ${describeValue(value)}`;
    if (value.length !== n) return `expected ${n} entries, got ${value.length}`;
    for (let i = 0; i < n; i++) if (value[i]! >>> 1 !== 0) return `entry ${i} is ${value[i]}, neither 0 nor 1`;
    return undefined;
  }

  return {
    type: 'MultiBinary',
    n,
    shape,
    sample(mask) {
      if (isNone(mask)) return Int8Array.from({ length: n }, () => random().int(2));
      return choiceMask('multiBinary: sample', mask, n, 2).map((entry) => (entry === 2 ? random().int(2) : entry));
    },
    seed,
    violation,
    contains: (value): value is Int8Array => violation(value) === undefined,
    toJSON: () => ({ type: 'MultiBinary', n: shape.length === 1 ? n : shape }),
  };
}
