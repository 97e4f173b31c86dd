import { InputError } from '@unbraid/checks';
import type { Arena } from '@unbraid/kernels';
import { bytesOf, type DType, type TypedArray, viewOf } from '../dtype.ts';
import { ShapeError } from '../shape.ts';
import type { Layout } from './layout.ts';

/** Anything whose `data` is the current view of a flat vector: an arena's block, or `{ data: array }`. */
export interface Source {
  readonly data: TypedArray;
}

/** The flat vector behind one input or output of a compiled graph. */
export interface Buffer {
  readonly layout: Layout;
  /** All elements, leaf after leaf. Read it anew after anything that may grow the arena. */
  readonly data: TypedArray;
  /** `data` of a float32 buffer. @throws {InputError} for another element type */
  readonly float32: Float32Array;
  /** `data` of an int32 buffer. @throws {InputError} for another element type */
  readonly int32: Int32Array;
  /** `data` of a float64 buffer. @throws {InputError} for another element type */
  readonly float64: Float64Array;
  /** The elements of one leaf, as a view. @throws {InputError} for an unknown path */
  leaf(path: string): TypedArray;
}

const arenaDtype = {
  float32: 'float32',
  float64: 'float64',
  int32: 'int32',
  uint32: 'uint32',
  bool: 'uint8',
  int64: 'int64',
} as const;

/** A vector in the arena for a layout, and the function that frees it. */
export function allocate(arena: Arena, layout: Layout): { source: Source; free: () => void } {
  const block = arena.alloc(arenaDtype[layout.dtype], layout.size);
  return { source: block, free: () => block.free() };
}

/** @throws {ShapeError} unless `data` holds as many elements of the right type as the layout has */
export function checkData(where: string, name: string, layout: Layout, data: TypedArray): void {
  const sample = viewOf(layout.dtype, new ArrayBuffer(0), 0, 0);
  if (data.length === layout.size && data.constructor === sample.constructor) return;
  throw new ShapeError(
    `${where}: ${name} is a ${data.constructor.name} of ${data.length}, the graph needs ${layout.size} × ${layout.dtype}`,
  );
}

/** @throws {ShapeError} unless the source holds as many elements of the right type */
export function bufferOver(name: string, layout: Layout, source: Source): Buffer {
  checkData('graph', name, layout, source.data);
  const typed = <T extends TypedArray>(dtype: DType): T => {
    if (layout.dtype !== dtype) throw new InputError('data', `graph: ${name} is ${layout.dtype}, not ${dtype}`);
    return source.data as T;
  };
  return {
    layout,
    get data() {
      return source.data;
    },
    get float32() {
      return typed<Float32Array>('float32');
    },
    get int32() {
      return typed<Int32Array>('int32');
    },
    get float64() {
      return typed<Float64Array>('float64');
    },
    leaf(path) {
      const found = layout.leaves.find((leaf) => leaf.path === path);
      if (!found)
        throw new InputError(
          'data',
          `graph: ${name} has no leaf ${path}; it has ${layout.leaves.map((l) => l.path).join(', ')}`,
        );
      return leafView(layout.dtype, source.data, found.offset, found.size);
    },
  };
}

/** Part of a flat vector; offset and size count elements. */
export const leafView = (dtype: DType, data: TypedArray, offset: number, size: number): TypedArray =>
  viewOf(dtype, data.buffer, data.byteOffset + offset * bytesOf(dtype), size);
