import { type Box, box, sizeOf } from './box.ts';
import type { Dict } from './dict.ts';
import { dict } from './dict.ts';
import type { Discrete } from './discrete.ts';
import { type ArrayOf, createArray, type Dtype, entryOf, isArrayOf } from './dtype.ts';
import type { MultiBinary } from './multi-binary.ts';
import { type MultiDiscrete, multiDiscrete } from './multi-discrete.ts';
import type { Space, Value } from './space.ts';
import { type Tuple, tuple } from './tuple.ts';

/** Several elements of a space as `batch` puts them together; unknown of a space that the compiler knows nothing of. */
export type Batched<S> = Space extends S ? unknown : BatchedOf<S>;

type BatchedOf<S> =
  S extends Box<infer D>
    ? ArrayOf<D>
    : S extends MultiDiscrete<infer D>
      ? ArrayOf<D>
      : S extends Discrete
        ? Int32Array | BigInt64Array
        : S extends MultiBinary
          ? Int8Array
          : S extends Tuple<infer P>
            ? { readonly [I in keyof P]: Batched<P[I]> }
            : S extends Dict<infer P>
              ? { readonly [K in keyof P]: Batched<P[K]> }
              : readonly Value<S>[];

/**
 * The space of n elements together, as Gymnasium batches it: a Box gets a leading axis, as does a MultiBinary, which becomes a Box, and a MultiDiscrete,
 * which becomes one too; a Discrete becomes a MultiDiscrete, of int64 where its choices are no 32-bit integers. A Tuple or Dict is batched part by part, all others
 * stand in a Tuple.
 */
export function batchSpace(space: Space, n: number): Space {
  switch (space.type) {
    case 'Box':
      return leading(space.dtype, space.shape, space.low, space.high, n);
    case 'Discrete': {
      const repeat = (value: number) => new Array<number>(n).fill(value);
      const dtype = dtypeOfChoices(space);
      return multiDiscrete(repeat(space.n), { start: repeat(space.start), dtype });
    }
    case 'MultiDiscrete': {
      const { dtype, shape, nvec, start } = space;
      const high = nvec.map((choices, i) => start[i]! + choices - 1);
      return leading(dtype, shape, start, high, n);
    }
    case 'MultiBinary':
      return box({ low: 0, high: 1, shape: [n, ...space.shape], dtype: 'int8' });
    case 'Tuple':
      return tuple(space.spaces.map((part) => batchSpace(part, n)));
    case 'Dict':
      return dict(mapParts(space, (part) => batchSpace(part, n)));
    default:
      return tuple(Array.from({ length: n }, () => space));
  }
}

/** Elements of `space` as one element of `batchSpace(space, elements.length)`. */
export function batch<S extends Space>(space: S, elements: readonly unknown[]): Batched<S> {
  return batchAny(space, elements) as Batched<S>;
}

function batchAny(space: Space, elements: readonly unknown[]): unknown {
  switch (space.type) {
    case 'Discrete':
      return dtypeOfChoices(space) === 'int32'
        ? Int32Array.from(elements as number[])
        : BigInt64Array.from(elements as number[], BigInt);
    case 'Tuple':
      return space.spaces.map((part, i) =>
        batchAny(
          part,
          elements.map((element) => (element as unknown[])[i]),
        ),
      );
    case 'Dict':
      return mapParts(space, (part, key) =>
        batchAny(
          part,
          elements.map((element) => (element as Record<string, unknown>)[key]),
        ),
      );
    default: {
      const row = rowOf(space);
      if (row === undefined) return elements;
      const joined = createArray(row.dtype, elements.length * row.length) as Int8Array;
      for (const [i, element] of elements.entries()) joined.set(element as Int8Array, i * row.length);
      return joined;
    }
  }
}

/** The i-th element of a batch. */
export function elementOf<S extends Space>(space: S, batched: unknown, i: number): Value<S> {
  return anyElementOf(space, batched, i) as Value<S>;
}

function anyElementOf(space: Space, batched: unknown, i: number): unknown {
  switch (space.type) {
    case 'Discrete':
      return Number((batched as Int32Array | BigInt64Array)[i]);
    case 'Tuple':
      return space.spaces.map((part, k) => anyElementOf(part, (batched as unknown[])[k], i));
    case 'Dict':
      return mapParts(space, (part, key) => anyElementOf(part, (batched as Record<string, unknown>)[key], i));
    default: {
      const row = rowOf(space);
      if (row === undefined) return (batched as ArrayLike<unknown>)[i];
      return (batched as Int8Array).slice(i * row.length, (i + 1) * row.length);
    }
  }
}

/** How many elements a batch holds; undefined for what is no batch of the space, whatever its elements are, or of a space without entries. */
export function countOf(space: Space, batched: unknown): number | undefined {
  switch (space.type) {
    case 'Discrete':
      return isArrayOf(batched, dtypeOfChoices(space)) ? batched.length : undefined;
    case 'Tuple':
      return Array.isArray(batched) && batched.length === space.spaces.length
        ? same(space.spaces.map((part, i) => countOf(part, batched[i])))
        : undefined;
    case 'Dict': {
      const given = typeof batched === 'object' && batched !== null ? (batched as Record<string, unknown>) : {};
      if (Object.keys(given).length !== space.keys.length) return undefined;
      return same(space.keys.map((key) => countOf(space.spaces[key]!, given[key])));
    }
    default: {
      const row = rowOf(space);
      if (row === undefined) return Array.isArray(batched) ? batched.length : undefined;
      if (!isArrayOf(batched, row.dtype)) return undefined;
      const count = batched.length / row.length;
      return Number.isInteger(count) ? count : undefined;
    }
  }
}

function same(counts: readonly (number | undefined)[]): number | undefined {
  return counts.every((count) => count === counts[0]) ? counts[0] : undefined;
}

/** The type and length of the array that an element is; undefined where it is none. */
function rowOf(space: Space): { readonly dtype: Dtype; readonly length: number } | undefined {
  if (space.type === 'Box') return { dtype: space.dtype, length: space.low.length };
  if (space.type === 'MultiDiscrete') return { dtype: space.dtype, length: space.nvec.length };
  if (space.type === 'MultiBinary') return { dtype: 'int8', length: space.n };
  return undefined;
}

/** Of several elements of a Discrete together: whether its choices, and their number, are 32-bit integers; python/unbraid_gym decides by the same rule. */
const dtypeOfChoices = ({ n, start }: Discrete): 'int32' | 'int64' =>
  n < 2 ** 31 && start >= -(2 ** 31) && start + n - 1 < 2 ** 31 ? 'int32' : 'int64';

function leading(
  dtype: Dtype,
  shape: readonly number[],
  low: ArrayLike<number | bigint>,
  high: ArrayLike<number | bigint>,
  n: number,
): Box {
  const size = sizeOf(shape);
  const repeated = (limits: ArrayLike<number | bigint>) => {
    const all = createArray(dtype, n * size) as Float64Array;
    const row = createArray(dtype, Array.from(limits, (limit) => entryOf(dtype, limit)!) as number[]) as Float64Array;
    for (let i = 0; i < n; i++) all.set(row, i * size);
    return all;
  };
  return box({ low: repeated(low), high: repeated(high), shape: [n, ...shape], dtype });
}

const mapParts = <T>(space: Dict, change: (part: Space, key: string) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(space.spaces).map(([key, part]) => [key, change(part, key)]));
