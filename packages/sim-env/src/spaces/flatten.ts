import { EnvError } from '../env-error.ts';
import { type Box, box } from './box.ts';
import type { Dict } from './dict.ts';
import { createArray, entryOf, isWide } from './dtype.ts';
import type { Space, Value } from './space.ts';
import type { Tuple } from './tuple.ts';

/** Whether flat elements have one size: no Sequence and no Graph is in the space. */
export function isFlat(space: Space): boolean {
  if (space.type === 'Sequence' || space.type === 'Graph') return false;
  if (space.type === 'Tuple' || space.type === 'OneOf') return space.spaces.every(isFlat);
  return space.type !== 'Dict' || Object.values<Space>(space.spaces).every(isFlat);
}

/**
 * Entries of the flat form of the space's elements: one-hot for choices, Gymnasium's order for composites.
 *
 * @throws EnvError `setting` for a space with a Sequence or a Graph in it, whose elements have no size of their own
 */
export function flatSize(space: Space): number {
  switch (space.type) {
    case 'Box':
      return space.low.length;
    case 'Discrete':
    case 'MultiBinary':
      return space.n;
    case 'MultiDiscrete':
      return space.nvec.reduce((sum, n) => sum + n, 0);
    case 'Text':
      return space.maxLength;
    case 'OneOf':
      return 1 + Math.max(...space.spaces.map(flatSize));
    case 'Sequence':
    case 'Graph':
      throw new EnvError(
        'setting',
        `sim-env: flatten: elements of a ${space.type} have no size of their own; flattenParts makes them as flat as they can be`,
      );
    default:
      return entriesOf(space).reduce((sum, [, part]) => sum + flatSize(part), 0);
  }
}

/** Numbers that a flat element can have. */
const LARGEST = 2 ** 29;

function checkedSize(space: Space): number {
  const size = flatSize(space);
  if (size <= LARGEST) return size;
  throw new EnvError(
    'limit',
    `sim-env: flatten: flat elements would have ${size} numbers, one for each choice; at most ${LARGEST}`,
  );
}

/**
 * An element as one array of `flatSize(space)` numbers. `space` must contain `value`.
 *
 * @throws EnvError `limit` for too many numbers, `data` for an int64 beyond 2⁵³, which no float64 holds, `setting` as `flatSize`
 */
export function flatten<S extends Space>(space: S, value: Value<S>): Float64Array {
  const flat = new Float64Array(checkedSize(space));
  write(space, value, flat, 0);
  return flat;
}

/** The element that `flatten` turned into `flat`. */
export function unflatten<S extends Space>(space: S, flat: ArrayLike<number>): Value<S> {
  const size = flatSize(space);
  if (flat.length !== size)
    throw new EnvError('data', `sim-env: unflatten: expected ${size} numbers, got ${flat.length}`);
  return read(space, flat, 0) as Value<S>;
}

/** The Box that flat elements lie in; its limits are rounded where float64 has not those of int64. @throws EnvError as `flatten` */
export function flattenSpace(space: Space): Box<'float64'> {
  const size = checkedSize(space);
  const [low, high] = [new Float64Array(size), new Float64Array(size)];
  limits(space, low, high, 0);
  return box({ low, high, shape: [size], dtype: 'float64' });
}

/** Parts in Gymnasium's order, each with its key. */
const entriesOf = (space: Tuple | Dict): readonly (readonly [key: string, part: Space])[] =>
  space.type === 'Tuple'
    ? space.spaces.map((part, i) => [String(i), part] as const)
    : space.keys.map((key) => [key, space.spaces[key]!] as const);

function write(space: Space, value: unknown, flat: Float64Array, at: number): void {
  switch (space.type) {
    case 'Box':
    case 'MultiBinary':
      flat.set(numbersOf(value), at);
      return;
    case 'Discrete':
      flat[at + (value as number) - space.start] = 1;
      return;
    case 'MultiDiscrete': {
      let offset = at;
      for (const [i, n] of space.nvec.entries()) {
        flat[offset + Number((value as Int32Array)[i]) - space.start[i]!] = 1;
        offset += n;
      }
      return;
    }
    case 'Text': {
      const characters = [...space.charset];
      const points = [...(value as string)].map((point) => characters.indexOf(point));
      flat.fill(characters.length, at, at + space.maxLength).set(points, at);
      return;
    }
    case 'OneOf': {
      const [index, element] = value as readonly [number, unknown];
      const part = space.spaces[index]!;
      const end = at + 1 + flatSize(part);
      flat[at] = index;
      write(part, element, flat, at + 1);
      // Gymnasium's filling: the first number once more.
      flat.fill(flat[at + 1]!, end, at + flatSize(space));
      return;
    }
    case 'Sequence':
    case 'Graph':
      return;
    default: {
      let offset = at;
      for (const [key, part] of entriesOf(space)) {
        write(part, (value as Record<string, unknown>)[key], flat, offset);
        offset += flatSize(part);
      }
    }
  }
}

function read(space: Space, flat: ArrayLike<number>, at: number): unknown {
  const entries = (count: number, from = at) => Array.from({ length: count }, (_, i) => flat[from + i]!);
  switch (space.type) {
    case 'Box': {
      const { dtype, low } = space;
      return createArray(dtype, (isWide(dtype) ? entries(low.length).map(BigInt) : entries(low.length)) as number[]);
    }
    case 'MultiBinary':
      return Int8Array.from(entries(space.n));
    case 'Discrete':
      return space.start + chosenAmong(entries(space.n));
    case 'MultiDiscrete': {
      let offset = at;
      const values = space.nvec.map((n, i) => {
        offset += n;
        return space.start[i]! + chosenAmong(entries(n, offset - n));
      });
      return createArray(space.dtype, values.map((value) => entryOf(space.dtype, value)) as number[]);
    }
    case 'Text': {
      const characters = [...space.charset];
      return entries(space.maxLength)
        .map((i) => characters[i] ?? '')
        .join('');
    }
    case 'OneOf': {
      const part = space.spaces[flat[at]!];
      if (part !== undefined) return [flat[at], read(part, flat, at + 1)];
      throw new EnvError('data', `sim-env: unflatten: ${flat[at]} is the number of no part, of ${space.spaces.length}`);
    }
    case 'Sequence':
    case 'Graph':
      return undefined;
    default: {
      let offset = at;
      const values = entriesOf(space).map(([key, part]) => {
        const value = read(part, flat, offset);
        offset += flatSize(part);
        return [key, value] as const;
      });
      return space.type === 'Tuple' ? values.map(([, value]) => value) : Object.fromEntries(values);
    }
  }
}

function limits(space: Space, low: Float64Array, high: Float64Array, at: number): void {
  const size = flatSize(space);
  if (space.type === 'Box') {
    low.set(Float64Array.from(space.low as ArrayLike<number>, Number), at);
    high.set(Float64Array.from(space.high as ArrayLike<number>, Number), at);
  } else if (space.type === 'Text') {
    high.fill([...space.charset].length, at, at + size);
  } else if (space.type === 'OneOf') {
    const parts = space.spaces.map(flattenSpace);
    low.fill(Math.min(...parts.map((part) => least(part.low))), at + 1, at + size);
    high.fill(Math.max(...parts.map((part) => -least(part.high.map((limit) => -limit)))), at + 1, at + size);
    high[at] = parts.length - 1;
  } else if (space.type === 'Tuple' || space.type === 'Dict') {
    let offset = at;
    for (const [, part] of entriesOf(space)) {
      limits(part, low, high, offset);
      offset += flatSize(part);
    }
  } else {
    high.fill(1, at, at + size);
  }
}

const least = (numbers: Float64Array) => numbers.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);

/** @throws EnvError for an integer beyond 2⁵³ */
function numbersOf(value: unknown): ArrayLike<number> {
  if (!(value instanceof BigInt64Array || value instanceof BigUint64Array)) return value as ArrayLike<number>;
  const numbers = Array.from(value, Number);
  const i = numbers.findIndex((number) => !Number.isSafeInteger(number));
  if (i < 0) return numbers;
  throw new EnvError('data', `sim-env: flatten: entry ${i} is ${value[i]}, beyond 2^53, and flat numbers are float64`);
}

/** @throws EnvError where nothing is chosen */
function chosenAmong(entries: readonly number[]): number {
  const choice = entries.indexOf(1);
  if (choice >= 0) return choice;
  throw new EnvError('data', `sim-env: unflatten: none of ${entries.length} choices is 1`);
}
