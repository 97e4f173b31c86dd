import { createArray } from '../spaces/dtype.ts';
import {
  type Box,
  box,
  type Dict,
  type Discrete,
  dict,
  multiDiscrete,
  type Space,
  tuple,
  type Value,
} from '../spaces/index.ts';

/**
 * The space of n elements together, as Gymnasium batches it: a Box gets a leading axis, Discrete becomes MultiDiscrete (or a Box where
 * it does not start at 0), composites are batched part by part, texts stand in a Tuple. Choices beyond 32 bits are a Box of float64, which holds
 * integers up to 2⁵³.
 */
export function batchSpace(space: Space, n: number): Space {
  switch (space.type) {
    case 'Box': {
      const { low, high, shape, dtype } = space;
      return box({ low: repeat(low, n), high: repeat(high, n), shape: [n, ...shape], dtype });
    }
    case 'Discrete':
      if (space.start === 0 && fitsInt32(space)) return multiDiscrete(Array.from({ length: n }, () => space.n));
      return fitsInt32(space)
        ? box({ low: space.start, high: space.start + space.n - 1, shape: [n], dtype: 'int32' })
        : wideChoices(space, n);
    case 'MultiDiscrete': {
      const high = space.nvec.map((choices, i) => space.start[i]! + choices - 1);
      return box({ low: repeat(space.start, n), high: repeat(high, n), shape: [n, high.length], dtype: 'int32' });
    }
    case 'MultiBinary':
      return box({ low: 0, high: 1, shape: [n, space.n], dtype: 'int8' });
    case 'Text':
      return tuple(Array.from({ length: n }, () => space));
    case 'Tuple':
      return tuple(space.spaces.map((part) => batchSpace(part, n)));
    default:
      return dict(mapParts(space, (part) => batchSpace(part, n)));
  }
}

/** Elements of `space` as one element of `batchSpace(space, elements.length)`. */
export function batch(space: Space, elements: readonly unknown[]): unknown {
  switch (space.type) {
    case 'Box':
      return join(createArray(space.dtype, elements.length * space.low.length), elements as ArrayLike<number>[]);
    case 'Discrete':
      return (fitsInt32(space) ? Int32Array : Float64Array).from(elements as number[]);
    case 'MultiDiscrete':
      return join(new Int32Array(elements.length * space.nvec.length), elements as Int32Array[]);
    case 'MultiBinary':
      return join(new Int8Array(elements.length * space.n), elements as Int8Array[]);
    case 'Text':
      return elements;
    case 'Tuple':
      return space.spaces.map((part, i) =>
        batch(
          part,
          elements.map((element) => (element as unknown[])[i]),
        ),
      );
    default:
      return mapParts(space, (part, key) =>
        batch(
          part,
          elements.map((element) => (element as Record<string, unknown>)[key]),
        ),
      );
  }
}

/** The i-th element of a batch. */
export function elementOf<S extends Space>(space: S, batched: unknown, i: number): Value<S> {
  return anyElementOf(space, batched, i) as Value<S>;
}

function anyElementOf(space: Space, batched: unknown, i: number): unknown {
  switch (space.type) {
    case 'Box':
      return rowOf(batched as Float64Array, space.low.length, i);
    case 'MultiDiscrete':
      return rowOf(batched as Float64Array, space.nvec.length, i);
    case 'MultiBinary':
      return rowOf(batched as Float64Array, space.n, i);
    case 'Discrete':
    case 'Text':
      return (batched as ArrayLike<unknown>)[i];
    case 'Tuple':
      return space.spaces.map((part, k) => anyElementOf(part, (batched as unknown[])[k], i));
    default:
      return mapParts(space, (part, key) => anyElementOf(part, (batched as Record<string, unknown>)[key], i));
  }
}

function wideChoices({ n, start }: Discrete, count: number): Box<'float64'> {
  const limits = box({ low: start, high: start + n - 1, shape: [count], dtype: 'float64' });
  function violation(value: unknown): string | undefined {
    const beyond = limits.violation(value);
    if (beyond !== undefined) return beyond;
    const i = (value as Float64Array).findIndex((entry) => !Number.isInteger(entry));
    return i < 0 ? undefined : `entry ${i} is ${(value as Float64Array)[i]}, no integer`;
  }
  return {
    ...limits,
    violation,
    contains: (value): value is Float64Array => violation(value) === undefined,
    sample: () => limits.sample().map(Math.round),
  };
}

/** Whether the choices, and their number, are 32-bit integers; python/unbraid_gym decides by the same rule. */
const fitsInt32 = ({ n, start }: Discrete) => n < 2 ** 31 && start >= -(2 ** 31) && start + n - 1 < 2 ** 31;

const mapParts = <T>(space: Dict, change: (part: Space, key: string) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(space.spaces).map(([key, part]) => [key, change(part, key)]));

const repeat = (values: ArrayLike<number>, n: number): number[] =>
  Array.from({ length: n * values.length }, (_, i) => values[i % values.length]!);

const rowOf = (rows: Float64Array, length: number, i: number) => rows.slice(i * length, (i + 1) * length);

function join<T extends { set(values: ArrayLike<number>, at: number): void }>(
  joined: T,
  rows: readonly ArrayLike<number>[],
): T {
  for (const [i, row] of rows.entries()) joined.set(row, i * row.length);
  return joined;
}
