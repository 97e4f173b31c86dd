import { createArray } from './dtype.ts';
import type { Space, Value } from './space.ts';

/** Writes elements of a space into a row of numbers and reads them back, exactly and without intermediate objects. */
export interface Codec<T> {
  /** Most numbers that an element takes. */
  readonly size: number;
  write(value: T, row: Float64Array, at: number): void;
  /** A new element. */
  read(row: Float64Array, at: number): T;
}

/** Every element type here (float64, 32-bit integers, code points) is exact in a float64. */
export function codecOf<S extends Space>(space: S): Codec<Value<S>> {
  return codecOfAny(space) as Codec<Value<S>>;
}

function codecOfAny(space: Space): Codec<unknown> {
  switch (space.type) {
    case 'Box': {
      const { dtype, low } = space;
      return arrayCodec(low.length, () => createArray(dtype, low.length));
    }
    case 'Discrete':
      return numberCodec;
    case 'MultiDiscrete':
      return arrayCodec(space.nvec.length, () => new Int32Array(space.nvec.length));
    case 'MultiBinary':
      return arrayCodec(space.n, () => new Int8Array(space.n));
    case 'Text':
      return textCodec(space.maxLength);
    default:
      return partsCodec(space.type, Object.keys(space.spaces), Object.values<Space>(space.spaces).map(codecOfAny));
  }
}

const numberCodec: Codec<number> = {
  size: 1,
  write: (value, row, at) => {
    row[at] = value;
  },
  read: (row, at) => row[at]!,
};

interface NumberArray {
  [index: number]: number;
  readonly length: number;
}

function arrayCodec(size: number, create: () => NumberArray): Codec<NumberArray> {
  return {
    size,
    write(value, row, at) {
      for (let i = 0; i < size; i++) row[at + i] = value[i]!;
    },
    read(row, at) {
      const value = create();
      for (let i = 0; i < size; i++) value[i] = row[at + i]!;
      return value;
    },
  };
}

/** The number of code points, then the code points. */
function textCodec(maxLength: number): Codec<string> {
  return {
    size: 1 + maxLength,
    write(value, row, at) {
      const points = [...value];
      row[at] = points.length;
      for (const [i, point] of points.entries()) row[at + 1 + i] = point.codePointAt(0)!;
    },
    read: (row, at) => String.fromCodePoint(...row.subarray(at + 1, at + 1 + row[at]!)),
  };
}

function partsCodec(type: 'Tuple' | 'Dict', keys: readonly string[], parts: readonly Codec<unknown>[]): Codec<unknown> {
  const offsets = parts.map((_, i) => parts.slice(0, i).reduce((sum, part) => sum + part.size, 0));
  const codec: Codec<Record<string, unknown>> = {
    size: parts.reduce((sum, part) => sum + part.size, 0),
    write(value, row, at) {
      for (let i = 0; i < parts.length; i++) parts[i]!.write(value[keys[i]!], row, at + offsets[i]!);
    },
    read(row, at) {
      const values = parts.map((part, i): unknown => part.read(row, at + offsets[i]!));
      return type === 'Tuple'
        ? (values as unknown as Record<string, unknown>)
        : Object.fromEntries(values.map((value, i) => [keys[i], value]));
    },
  };
  return codec;
}
