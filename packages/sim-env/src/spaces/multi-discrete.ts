import { describeValue } from './describe-value.ts';
import { createSampler } from './sampler.ts';
import type { SpaceOf } from './space.ts';

/** Several choices at once: entry i is an integer from 0 to nvec[i] − 1. */
export interface MultiDiscrete extends SpaceOf<Int32Array> {
  readonly type: 'MultiDiscrete';
  readonly nvec: readonly number[];
}

/** @throws RangeError unless there are entries and all are integers from 1 to 2³¹ − 1 */
export function multiDiscrete(nvec: readonly number[]): MultiDiscrete {
  const wrong = nvec.findIndex((n) => !(Number.isInteger(n) && n > 0 && n < 2 ** 31));
  if (nvec.length === 0) throw new RangeError('sim-env: multiDiscrete: nvec is empty');
  if (wrong >= 0) throw new RangeError(`sim-env: multiDiscrete: entry ${wrong} is ${nvec[wrong]}, no positive integer`);
  const { random, seed } = createSampler();

  function violation(value: unknown): string | undefined {
    if (!(value instanceof Int32Array)) return `expected an Int32Array of ${nvec.length}, got ${describeValue(value)}`;
    if (value.length !== nvec.length) return `expected ${nvec.length} entries, got ${value.length}`;
    const i = value.findIndex((entry, k) => entry < 0 || entry >= nvec[k]!);
    return i < 0 ? undefined : `entry ${i} is ${value[i]}, not from 0 to ${nvec[i]! - 1}`;
  }

  return {
    type: 'MultiDiscrete',
    nvec,
    sample: () => Int32Array.from(nvec, (n) => random().int(n)),
    seed,
    violation,
    contains: (value): value is Int32Array => violation(value) === undefined,
    toJSON: () => ({ type: 'MultiDiscrete', nvec, dtype: 'int32' }),
  };
}
