import { createArray } from '../spaces/dtype.ts';
import { box, type Dict, dict, multiDiscrete, type Space, tuple, type Value } from '../spaces/index.ts';

/**
 * The space of n elements together, as Gymnasium batches it: a Box gets a leading axis, Discrete becomes MultiDiscrete (or a Box where
 * it does not start at 0), composites are batched part by part, texts stand in a Tuple.
 */
export function batchSpace(space: Space, n: number): Space {
  switch (space.type) {
    case 'Box': {
      const { low, high, shape, dtype } = space;
      return box({ low: repeat(low, n), high: repeat(high, n), shape: [n, ...shape], dtype });
    }
    case 'Discrete':
      return space.start === 0
        ? multiDiscrete(Array.from({ length: n }, () => space.n))
        : box({ low: space.start, high: space.start + space.n - 1, shape: [n], dtype: 'int32' });
    case 'MultiDiscrete': {
      const high = space.nvec.map((choices) => choices - 1);
      return box({ low: 0, high: repeat(high, n), shape: [n, high.length], dtype: 'int32' });
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
      return Int32Array.from(elements as number[]);
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
