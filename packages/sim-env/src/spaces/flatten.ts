import { EnvError } from '../env-error.ts';
import { type Box, box } from './box.ts';
import type { Dict } from './dict.ts';
import type { Space, Value } from './space.ts';
import type { Tuple } from './tuple.ts';

/** Entries of the flat form of the space's elements: one-hot for choices, Gymnasium's order for composites. */
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

/** An element as one array of `flatSize(space)` numbers. `space` must contain `value`. */
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

/** The Box that flat elements lie in. */
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
      flat.set(value as ArrayLike<number>, at);
      return;
    case 'Discrete':
      flat[at + (value as number) - space.start] = 1;
      return;
    case 'MultiDiscrete': {
      let offset = at;
      for (const [i, n] of space.nvec.entries()) {
        flat[offset + (value as Int32Array)[i]! - space.start[i]!] = 1;
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
      const value = space.low.slice();
      value.set(entries(value.length));
      return value;
    }
    case 'MultiBinary':
      return Int8Array.from(entries(space.n));
    case 'Discrete':
      return space.start + entries(space.n).indexOf(1);
    case 'MultiDiscrete': {
      let offset = at;
      return Int32Array.from(space.nvec, (n, i) => {
        offset += n;
        return space.start[i]! + entries(n, offset - n).indexOf(1);
      });
    }
    case 'Text': {
      const characters = [...space.charset];
      return entries(space.maxLength)
        .map((i) => characters[i] ?? '')
        .join('');
    }
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
    low.set(space.low, at);
    high.set(space.high, at);
  } else if (space.type === 'Text') {
    high.fill([...space.charset].length, at, at + size);
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
