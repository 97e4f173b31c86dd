import { EnvError } from '../env-error.ts';
import { anything, checkSettings, words } from '../settings.ts';
import { choiceMask, drawChoice, isNone, maskEntriesOf } from './choices.ts';
import { describeValue } from './describe-value.ts';
import type { NestedNumbers } from './description.ts';
import {
  type ArrayOf,
  anArray,
  checkDtype,
  createArray,
  entryOf,
  type IntegerDtype,
  isArrayOf,
  isInteger,
  limitsOf,
} from './dtype.ts';
import type { MaskLike } from './mask.ts';
import { nestedNumbers, unnested } from './nested.ts';
import { outside } from './outside.ts';
import { createSampler } from './sampler.ts';
import type { SpaceOf } from './space-of.ts';

/** Several choices at once: entry i is an integer from start[i] to start[i] + nvec[i] − 1. Elements are flat, in row-major order of `shape`. */
export interface MultiDiscrete<D extends IntegerDtype = IntegerDtype> extends SpaceOf<ArrayOf<D>> {
  readonly type: 'MultiDiscrete';
  readonly dtype: D;
  readonly shape: readonly number[];
  /** One for each entry. */
  readonly nvec: readonly number[];
  readonly start: readonly number[];
}

/** What `multiDiscrete` takes beside the numbers of choices. */
export interface MultiDiscreteOptions<D extends IntegerDtype> {
  /** One for each entry; default 0. */
  readonly start?: NestedNumbers;
  /** Default `int32`. Elements of int64 and uint64 are arrays of bigints; `start` and `nvec` are numbers all the same. */
  readonly dtype?: D;
}

/**
 * @param nvec how many choices each entry has: a list, or lists in one another for several dimensions
 * @throws EnvError unless there are entries, lists are of one length, and all elements are integers of the type, and below 2⁵³ in absolute value
 */
export function multiDiscrete(nvec: NestedNumbers, options?: MultiDiscreteOptions<never>): MultiDiscrete<'int32'>;
export function multiDiscrete<D extends IntegerDtype>(
  nvec: NestedNumbers,
  options: MultiDiscreteOptions<D>,
): MultiDiscrete<D>;
export function multiDiscrete<D extends IntegerDtype>(
  given: NestedNumbers,
  options: MultiDiscreteOptions<D> = {},
): MultiDiscrete<D> {
  checkSettings('multiDiscrete', options, { start: anything, dtype: words });
  const dtype = options.dtype ?? ('int32' as D);
  checkDtype('multiDiscrete', dtype, isInteger);
  const { shape, entries: nvec } = unnested('multiDiscrete: nvec', given);
  if (nvec.length === 0) throw new EnvError('setting', 'sim-env: multiDiscrete: nvec is empty');
  const start = startOf(options.start, shape, nvec.length);
  checkChoices(nvec, start, dtype);
  const size = nvec.length;
  const low = arrayOf(dtype, start);
  const high = arrayOf(
    dtype,
    nvec.map((n, i) => start[i]! + (n - 1)),
  );
  const { random, seed } = createSampler();
  const firstOutside = outside(dtype);

  function violation(value: unknown): string | undefined {
    if (!isArrayOf(value, dtype)) return `expected ${anArray(dtype)} of ${size}, got ${describeValue(value)}`;
    if (value.length !== size) return `expected ${size} entries, got ${value.length}`;
    const i = firstOutside(value, low, high);
    return i < 0 ? undefined : `entry ${i} is ${value[i]}, not from ${low[i]} to ${high[i]}`;
  }

  function draw(mask: MaskLike): number[] {
    if (isNone(mask)) return nvec.map((n, i) => start[i]! + random().int(n));
    const masks = maskEntriesOf('multiDiscrete: sample', mask, shape);
    return nvec.map(
      (n, i) => start[i]! + drawChoice(choiceMask(`multiDiscrete: sample: entry ${i}`, masks[i], n), random()),
    );
  }

  return {
    type: 'MultiDiscrete',
    dtype,
    shape,
    nvec,
    start,
    sample: (mask) => arrayOf(dtype, draw(mask)),
    seed,
    violation,
    contains: (value): value is ArrayOf<D> => violation(value) === undefined,
    toJSON: () => ({
      type: 'MultiDiscrete',
      nvec: nestedNumbers(nvec, shape),
      ...(start.some((first) => first !== 0) && { start: nestedNumbers(start, shape) }),
      dtype,
    }),
  };
}

function startOf(given: unknown, shape: readonly number[], size: number): readonly number[] {
  if (given === undefined) return new Array<number>(size).fill(0);
  const start = unnested('multiDiscrete: start', given);
  if (start.entries.length !== size) {
    throw new EnvError(
      'setting',
      `sim-env: multiDiscrete: start has ${start.entries.length} entries, nvec has ${size}`,
    );
  }
  if (start.shape.join() === shape.join()) return start.entries;
  throw new EnvError('setting', `sim-env: multiDiscrete: start has the shape [${start.shape}], nvec [${shape}]`);
}

function checkChoices(nvec: readonly number[], start: readonly number[], dtype: IntegerDtype): void {
  const [least, most] = limitsOf(dtype);
  const fits = (value: number) => Number.isSafeInteger(value) && value >= least && value <= most;
  for (const [i, n] of nvec.entries()) {
    if (!(Number.isSafeInteger(n) && n > 0))
      throw new EnvError('setting', `sim-env: multiDiscrete: entry ${i} is ${describeValue(n)}, no positive integer`);
    // NumPy keeps the numbers of choices in the same type.
    if (fits(n) && fits(start[i]!) && fits(start[i]! + (n - 1))) continue;
    throw new EnvError(
      'setting',
      `sim-env: multiDiscrete: entry ${i} has ${n} choices from ${describeValue(start[i])}, which are no ${bitsOf(dtype)}-bit integers of ${dtype}`,
    );
  }
}

const bitsOf = (dtype: IntegerDtype) => dtype.replace(/^\D+/, '');

const arrayOf = <D extends IntegerDtype>(dtype: D, values: readonly number[]): ArrayOf<D> =>
  createArray(dtype, values.map((value) => entryOf(dtype, value)) as number[]);
