import { EnvError } from '../env-error.ts';
import { type ArrayOf, arrayBytes, createArray, type Dtype } from './dtype.ts';
import type { Space, Value } from './space.ts';

/** Writes elements of a space into shared memory and reads them back, exactly and without intermediate objects. */
export interface Codec<T> {
  write(value: T): void;
  /** A new element. */
  read(): T;
}

/** How elements of a space lie in memory. */
export interface Layout<T> {
  /** Most bytes that an element takes: a multiple of 8, as are the places where its parts begin. */
  readonly bytes: number;
  /** @param at a multiple of 8 */
  codec(memory: SharedArrayBuffer, at: number): Codec<T>;
}

/** The layout of a space's elements; undefined where they can be of any size, as those of a Sequence or a Graph. */
export function layoutOf<S extends Space>(space: S): Layout<Value<S>> | undefined {
  return layoutOfAny(space) as Layout<Value<S>> | undefined;
}

function layoutOfAny(space: Space): Layout<unknown> | undefined {
  switch (space.type) {
    case 'Box':
      return arrayLayout(space.dtype, space.low.length);
    case 'Discrete':
      return numberLayout;
    case 'MultiDiscrete':
      return arrayLayout(space.dtype, space.nvec.length);
    case 'MultiBinary':
      return arrayLayout('int8', space.n);
    case 'Text':
      return textLayout(space.maxLength);
    case 'Tuple':
      return partsLayout(Object.keys(space.spaces), space.spaces, (values) => values);
    case 'Dict': {
      const keys = Object.keys(space.spaces);
      const named = (values: readonly unknown[]) => Object.fromEntries(values.map((value, i) => [keys[i]!, value]));
      return partsLayout(keys, Object.values<Space>(space.spaces), named);
    }
    case 'OneOf':
      return oneOfLayout(space.spaces);
    default:
      return undefined;
  }
}

/** Bytes up to where the next part may begin. */
const aligned = (bytes: number) => 8 * Math.ceil(bytes / 8);

/** Every integer of a Discrete is exact in a float64. */
const numberLayout: Layout<number> = {
  bytes: 8,
  codec(memory, at) {
    const place = new Float64Array(memory, at, 1);
    return {
      write: (value) => {
        place[0] = value;
      },
      read: () => place[0]!,
    };
  },
};

/** Entries that are copied faster one by one than by a call. */
const FEW = 16;

/** Arrays as they are: bytes of their own type. */
function arrayLayout<D extends Dtype>(dtype: D, size: number): Layout<ArrayOf<D>> {
  return {
    bytes: aligned(size * arrayBytes(dtype)),
    codec(memory, at) {
      const Elements = createArray(dtype, 0).constructor as new (
        memory: SharedArrayBuffer,
        at: number,
        size: number,
      ) => Int8Array;
      const place = new Elements(memory, at, size);
      return {
        write(given) {
          const value = given as Int8Array;
          if (value.length !== size)
            throw new EnvError(
              'data',
              `sim-env: an array of ${value.length} entries is written where ${size} are expected`,
            );
          if (size > FEW) place.set(value);
          else for (let i = 0; i < size; i++) place[i] = value[i]!;
        },
        read() {
          // Of shared memory, `slice` gives an array in memory of its own.
          if (size > FEW) return place.slice() as ArrayOf<D>;
          const value = createArray(dtype, size);
          for (let i = 0; i < size; i++) value[i] = place[i]!;
          return value;
        },
      };
    },
  };
}

/** The number of code points, then the code points. */
function textLayout(maxLength: number): Layout<string> {
  return {
    bytes: aligned(4 * (1 + maxLength)),
    codec(memory, at) {
      const place = new Uint32Array(memory, at, 1 + maxLength);
      return {
        write(value) {
          let length = 0;
          for (const point of value) place[++length] = point.codePointAt(0)!;
          place[0] = length;
        },
        read() {
          let text = '';
          for (let i = 1; i <= place[0]!; i++) text += String.fromCodePoint(place[i]!);
          return text;
        },
      };
    },
  };
}

function partsLayout(
  keys: readonly string[],
  spaces: readonly Space[],
  joined: (values: readonly unknown[]) => unknown,
): Layout<unknown> | undefined {
  const parts = allOf(spaces.map(layoutOfAny));
  if (parts === undefined) return undefined;
  const offsets = parts.map((_, i) => parts.slice(0, i).reduce((sum, { bytes }) => sum + bytes, 0));
  return {
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    codec(memory, at) {
      const codecs = parts.map((part, i) => part.codec(memory, at + offsets[i]!));
      return {
        write(value) {
          for (let i = 0; i < codecs.length; i++) codecs[i]!.write((value as Record<string, unknown>)[keys[i]!]);
        },
        read: () => joined(codecs.map((codec) => codec.read())),
      };
    },
  };
}

/** The number of the part, then its element. */
function oneOfLayout(spaces: readonly Space[]): Layout<readonly [number, unknown]> | undefined {
  const parts = allOf(spaces.map(layoutOfAny));
  if (parts === undefined) return undefined;
  return {
    bytes: 8 + Math.max(...parts.map(({ bytes }) => bytes)),
    codec(memory, at) {
      const which = new Float64Array(memory, at, 1);
      const codecs = parts.map((part) => part.codec(memory, at + 8));
      return {
        write([index, value]) {
          which[0] = index;
          codecs[index]!.write(value);
        },
        read: () => [which[0]!, codecs[which[0]!]!.read()],
      };
    },
  };
}

const allOf = <T>(given: readonly (T | undefined)[]): readonly T[] | undefined =>
  given.every((one) => one !== undefined) ? (given as readonly T[]) : undefined;
