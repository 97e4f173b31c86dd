import { EnvError } from '../env-error.ts';
import type { Random } from '../random.ts';
import { checkSettings, type Rule, required } from '../settings.ts';
import { checkNoMask } from './choices.ts';
import { describeValue } from './describe-value.ts';
import { toJsonNumber } from './description.ts';
import {
  type ArrayOf,
  anArray,
  checkDtype,
  createArray,
  type Dtype,
  entryOf,
  isArrayOf,
  isFloat,
  limitsOf,
  rounded,
} from './dtype.ts';
import { outside } from './outside.ts';
import { createSampler } from './sampler.ts';
import type { SpaceOf } from './space-of.ts';

/** Arrays whose entries lie between limits of their own. Elements are flat, in row-major order of `shape`. */
export interface Box<D extends Dtype = Dtype> extends SpaceOf<ArrayOf<D>> {
  readonly type: 'Box';
  readonly dtype: D;
  readonly shape: readonly number[];
  /** One for each entry; −∞ where there is no limit. */
  readonly low: ArrayOf<D>;
  readonly high: ArrayOf<D>;
}

/** A limit for all entries, or one for each; bigints for types of 64 bits, or numbers where they are exact. */
export type BoxLimit = number | bigint | ArrayLike<number> | ArrayLike<bigint>;

/** What `box` takes. */
export interface BoxOptions<D extends Dtype> {
  readonly low: BoxLimit;
  readonly high: BoxLimit;
  /** Default: as long as the limits; `[1]` where both are numbers. */
  readonly shape?: readonly number[];
  /** Default `float32`. */
  readonly dtype?: D;
}

const limitRule: Rule = {
  expected: 'a number, or one for each entry',
  holds: (value) =>
    typeof value === 'number' || typeof value === 'bigint' || Array.isArray(value) || ArrayBuffer.isView(value),
};

const shapeRule: Rule = {
  expected: 'a list of lengths, each an integer that is 0 or more',
  holds: (value) => Array.isArray(value) && value.every((length) => Number.isSafeInteger(length) && length >= 0),
};

const rules = {
  low: required(limitRule),
  high: required(limitRule),
  shape: shapeRule,
  dtype: { expected: 'the name of a type', holds: (value: unknown) => typeof value === 'string' },
};

/** Entries that one element can have; typed arrays of 8 bytes an entry hold no more. */
const MOST_ENTRIES = 2 ** 29;

/**
 * Entries from `low` to `high`, both included. `shape: []` has one entry, as NumPy's arrays without dimensions.
 *
 * @throws EnvError where limits and shape disagree, a limit is no number of the type, low lies above high, or an option is none
 */
export function box(options: BoxOptions<never>): Box<'float32'>;
export function box<D extends Dtype>(options: BoxOptions<D>): Box<D>;
export function box<D extends Dtype>(options: BoxOptions<D>): Box<D> {
  checkSettings('box', options, rules);
  const dtype = options.dtype ?? ('float32' as D);
  checkDtype('box', dtype);
  const shape = options.shape ?? shapeOf(options.low, options.high);
  const size = sizeOf(shape);
  if (size > MOST_ENTRIES) throw new EnvError('limit', `sim-env: box: ${size} entries are more than ${MOST_ENTRIES}`);
  const low = limit('low', options.low, size, dtype);
  const high = limit('high', options.high, size, dtype);
  for (let i = 0; i < size; i++) {
    if (low[i]! > high[i]!)
      throw new EnvError('setting', `sim-env: box: low ${low[i]} of entry ${i} is above high ${high[i]}`);
  }
  const { random, seed } = createSampler();
  const firstOutside = everything(dtype, low, high) ? () => -1 : outside(dtype);

  function violation(value: unknown): string | undefined {
    if (!isArrayOf(value, dtype)) return `expected ${anArray(dtype)} of ${size}, got ${describeValue(value)}`;
    if (value.length !== size) return `expected ${size} entries, got ${value.length}`;
    const i = firstOutside(value, low, high);
    if (i < 0) return undefined;
    if (!(value[i]! >= low[i]!)) return `entry ${i} is ${value[i]}, below ${low[i]}`;
    if (!(value[i]! <= high[i]!)) return `entry ${i} is ${value[i]}, above ${high[i]}`;
    return `entry ${i} is ${value[i]}, which is no ${dtype}; the nearest is ${rounded(dtype, value[i] as number)}`;
  }

  return {
    type: 'Box',
    dtype,
    shape,
    low,
    high,
    sample(mask) {
      checkNoMask('Box', mask);
      const value = createArray(dtype, size);
      for (let i = 0; i < size; i++) value[i] = drawEntry(dtype, low[i]!, high[i]!, random());
      return value;
    },
    seed,
    violation,
    contains: (value): value is ArrayOf<D> => violation(value) === undefined,
    toJSON: () => ({ type: 'Box', low: limitJson(low), high: limitJson(high), shape, dtype }),
  };
}

/** Whether all arrays of the type lie between the limits, as bytes from 0 to 255 do. */
function everything(dtype: Dtype, low: ArrayLike<number | bigint>, high: ArrayLike<number | bigint>): boolean {
  // Floats may be NaN, and arrays of a bool hold more than 0 and 1.
  if (isFloat(dtype) || dtype === 'bool') return false;
  const [least, most] = limitsOf(dtype);
  for (let i = 0; i < low.length; i++) if (low[i] !== least || high[i] !== most) return false;
  return true;
}

/** Number of entries. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

const isScalar = (limit: BoxLimit): limit is number | bigint => typeof limit !== 'object';

function shapeOf(low: BoxLimit, high: BoxLimit): readonly number[] {
  if (!isScalar(low)) return [low.length];
  return isScalar(high) ? [1] : [high.length];
}

function limit<D extends Dtype>(name: string, given: BoxLimit, size: number, dtype: D): ArrayOf<D> {
  if (!isScalar(given) && given.length !== size) {
    throw new EnvError('setting', `sim-env: box: ${name} has ${given.length} entries, the shape asks for ${size}`);
  }
  const values = createArray(dtype, size);
  for (let i = 0; i < size; i++) {
    const value = isScalar(given) ? given : given[i]!;
    const entry = entryOf(dtype, value);
    if (entry === undefined) {
      throw new EnvError('setting', `sim-env: box: ${name} of entry ${i} is ${value}, which is no ${dtype}`);
    }
    // Beyond the largest float32 there is only infinity, which would be no limit.
    if (typeof entry === 'number' && Number.isFinite(value) && !Number.isFinite(entry)) {
      throw new EnvError('setting', `sim-env: box: ${name} of entry ${i} is ${value}, beyond the largest ${dtype}`);
    }
    values[i] = entry;
  }
  return values;
}

function drawEntry(dtype: Dtype, low: number | bigint, high: number | bigint, random: Random): number | bigint {
  if (typeof low === 'bigint' || typeof high === 'bigint') return drawBigint(BigInt(low), BigInt(high), random);
  return isFloat(dtype)
    ? rounded(dtype, drawBetween(low, high, random))
    : low + Math.floor(random.next() * (high - low + 1));
}

/** Uniform but for 2⁻⁶⁴. */
function drawBigint(low: bigint, high: bigint, random: Random): bigint {
  const word = () => BigInt(random.int(2 ** 32));
  return low + ((((word() << 32n) | word()) * (high - low + 1n)) >> 64n);
}

// Gymnasium's choice: uniform between two limits, exponential from one, normal without any.
function drawBetween(low: number, high: number, random: Random): number {
  const [hasLow, hasHigh] = [low > -Infinity, high < Infinity];
  if (hasLow && hasHigh) return between(low, high, random.next());
  if (hasLow) return low - Math.log(1 - random.next());
  if (hasHigh) return high + Math.log(1 - random.next());
  return random.normal();
}

// Not low + share * (high - low), which overflows where the limits are those of float64.
const between = (low: number, high: number, share: number) => low * (1 - share) + high * share;

function limitJson(limits: ArrayLike<number | bigint>) {
  const numbers = Array.from(limits, toJsonNumber);
  return numbers.length > 0 && numbers.every((number) => number === numbers[0]) ? numbers[0]! : numbers;
}
