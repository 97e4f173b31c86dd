import { EnvError } from '../env-error.ts';
import { checkSettings, type Rule, required } from '../settings.ts';
import { checkNoMask } from './choices.ts';
import { describeValue } from './describe-value.ts';
import { toJsonNumber } from './description.ts';
import { type ArrayOf, arrayName, checkDtype, createArray, type Dtype, isArrayOf, isFloat, limitsOf } from './dtype.ts';
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

/** What `box` takes. */
export interface BoxOptions<D extends Dtype> {
  /** One number for all entries, or one for each. */
  readonly low: number | ArrayLike<number>;
  readonly high: number | ArrayLike<number>;
  /** Default: as long as the limits; `[1]` where both are numbers. */
  readonly shape?: readonly number[];
  /** Default `float32`. */
  readonly dtype?: D;
}

const limitRule: Rule = {
  expected: 'a number, or one for each entry',
  holds: (value) => typeof value === 'number' || Array.isArray(value) || ArrayBuffer.isView(value),
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
  const integer = !isFloat(dtype);

  function violation(value: unknown): string | undefined {
    if (!isArrayOf(value, dtype)) return `expected a ${arrayName(dtype)} of ${size}, got ${describeValue(value)}`;
    if (value.length !== size) return `expected ${size} entries, got ${value.length}`;
    for (let i = 0; i < size; i++) {
      const entry = value[i]!;
      if (!(entry >= low[i]!)) return `entry ${i} is ${entry}, below ${low[i]}`;
      if (!(entry <= high[i]!)) return `entry ${i} is ${entry}, above ${high[i]}`;
    }
    return undefined;
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
      for (let i = 0; i < size; i++) value[i] = drawBetween(low[i]!, high[i]!, integer, random());
      return value;
    },
    seed,
    violation,
    contains: (value): value is ArrayOf<D> => violation(value) === undefined,
    toJSON: () => ({ type: 'Box', low: limitJson(low), high: limitJson(high), shape, dtype }),
  };
}

/** Number of entries. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

type Limit = number | ArrayLike<number>;

function shapeOf(low: Limit, high: Limit): readonly number[] {
  if (typeof low !== 'number') return [low.length];
  return typeof high === 'number' ? [1] : [high.length];
}

function limit<D extends Dtype>(name: string, given: Limit, size: number, dtype: D): ArrayOf<D> {
  if (typeof given !== 'number' && given.length !== size) {
    throw new EnvError('setting', `sim-env: box: ${name} has ${given.length} entries, the shape asks for ${size}`);
  }
  const [least, most] = limitsOf(dtype);
  const values = createArray(dtype, size);
  for (let i = 0; i < size; i++) {
    const value = typeof given === 'number' ? given : given[i]!;
    if (!(value >= least && value <= most) || (!isFloat(dtype) && !Number.isInteger(value))) {
      throw new EnvError('setting', `sim-env: box: ${name} of entry ${i} is ${value}, which is no ${dtype}`);
    }
    values[i] = value;
    // Beyond the largest float32 there is only infinity, which would be no limit.
    if (Number.isFinite(value) && !Number.isFinite(values[i])) {
      throw new EnvError('setting', `sim-env: box: ${name} of entry ${i} is ${value}, beyond the largest ${dtype}`);
    }
  }
  return values;
}

// Gymnasium's choice: uniform between two limits, exponential from one, normal without any.
function drawBetween(
  low: number,
  high: number,
  integer: boolean,
  random: { next(): number; normal(): number },
): number {
  if (integer) return low + Math.floor(random.next() * (high - low + 1));
  const [hasLow, hasHigh] = [low > -Infinity, high < Infinity];
  if (hasLow && hasHigh) return between(low, high, random.next());
  if (hasLow) return low - Math.log(1 - random.next());
  if (hasHigh) return high + Math.log(1 - random.next());
  return random.normal();
}

// Not low + share * (high - low), which overflows where the limits are those of float64.
const between = (low: number, high: number, share: number) => low * (1 - share) + high * share;

function limitJson(limits: ArrayLike<number>) {
  const numbers = Array.from(limits, toJsonNumber);
  return numbers.length > 0 && numbers.every((number) => number === numbers[0]) ? numbers[0]! : numbers;
}
