import { EnvError } from '../env-error.ts';
import { anything, checkSettings } from '../settings.ts';
import { choiceMask, drawChoice, isNone, maskParts } from './choices.ts';
import { describeValue } from './describe-value.ts';
import { createSampler } from './sampler.ts';
import type { SpaceOf } from './space-of.ts';

/** Several choices at once: entry i is an integer from start[i] to start[i] + nvec[i] − 1. */
export interface MultiDiscrete extends SpaceOf<Int32Array> {
  readonly type: 'MultiDiscrete';
  readonly nvec: readonly number[];
  readonly start: readonly number[];
}

const isInt32 = (value: unknown): value is number => typeof value === 'number' && value === (value | 0);

/**
 * @param options.start one for each entry; default 0
 * @throws EnvError unless there are entries, in one list, whose elements are 32-bit integers
 */
export function multiDiscrete(
  nvec: readonly number[],
  options: { readonly start?: readonly number[] } = {},
): MultiDiscrete {
  checkSettings('multiDiscrete', options, { start: anything });
  const { start = nvec.map(() => 0) } = options;
  checkList('nvec', nvec);
  checkList('start', start);
  if (nvec.length === 0) throw new EnvError('setting', 'sim-env: multiDiscrete: nvec is empty');
  if (start.length !== nvec.length) {
    throw new EnvError('setting', `sim-env: multiDiscrete: start has ${start.length} entries, nvec has ${nvec.length}`);
  }
  for (const [i, n] of nvec.entries()) {
    if (!(isInt32(n) && n > 0))
      throw new EnvError('setting', `sim-env: multiDiscrete: entry ${i} is ${describeValue(n)}, no positive integer`);
    if (isInt32(start[i]) && isInt32(start[i] + n - 1)) continue;
    throw new EnvError(
      'setting',
      `sim-env: multiDiscrete: entry ${i} has ${n} choices from ${describeValue(start[i])}, which are no 32-bit integers`,
    );
  }
  const { random, seed } = createSampler();

  function violation(value: unknown): string | undefined {
    if (!(value instanceof Int32Array)) return `expected an Int32Array of ${nvec.length}, got ${describeValue(value)}`;
    if (value.length !== nvec.length) return `expected ${nvec.length} entries, got ${value.length}`;
    const i = value.findIndex((entry, k) => entry < start[k]! || entry >= start[k]! + nvec[k]!);
    return i < 0 ? undefined : `entry ${i} is ${value[i]}, not from ${start[i]} to ${start[i]! + nvec[i]! - 1}`;
  }

  return {
    type: 'MultiDiscrete',
    nvec,
    start,
    sample(mask) {
      const masks = isNone(mask) ? undefined : maskParts('multiDiscrete: sample', mask, nvec.length);
      return Int32Array.from(nvec, (n, i) => {
        if (masks === undefined) return start[i]! + random().int(n);
        return start[i]! + drawChoice(choiceMask(`multiDiscrete: sample: entry ${i}`, masks[i], n), random());
      });
    },
    seed,
    violation,
    contains: (value): value is Int32Array => violation(value) === undefined,
    toJSON: () => ({
      type: 'MultiDiscrete',
      nvec,
      ...(start.some((first) => first !== 0) && { start }),
      dtype: 'int32',
    }),
  };
}

function checkList(name: string, given: unknown): void {
  if (!Array.isArray(given)) {
    throw new EnvError('setting', `sim-env: multiDiscrete: ${name} is a list of integers, got ${describeValue(given)}`);
  }
  if (given.some((entry) => typeof entry === 'object')) {
    throw new EnvError(
      'setting',
      `sim-env: multiDiscrete: ${name} has several dimensions; write them as one list, row by row`,
    );
  }
}
