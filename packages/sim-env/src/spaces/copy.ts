import { createArray, type Dtype, isArrayOf } from './dtype.ts';
import type { Space } from './space.ts';

/**
 * What copies elements of a space, so that one who keeps an array and goes on writing to it changes nobody else's; undefined where
 * elements are numbers or texts, which nobody can write to. Not `slice`, by which a Buffer gives a view of the same memory.
 */
export function copierOf(space: Space): ((value: unknown) => unknown) | undefined {
  switch (space.type) {
    case 'Discrete':
    case 'Text':
      return undefined;
    case 'Box':
      return arrayCopier(space.dtype);
    case 'MultiDiscrete':
      return arrayCopier(space.dtype);
    case 'MultiBinary':
      return arrayCopier('int8');
    case 'Tuple': {
      const copiers = space.spaces.map(copierOf);
      return (value) => (Array.isArray(value) ? value.map((part, i) => copied(copiers[i], part)) : copyOf(value));
    }
    case 'OneOf': {
      const copiers = space.spaces.map(copierOf);
      return (value) =>
        Array.isArray(value) ? [value[0], copied(copiers[value[0] as number], value[1])] : copyOf(value);
    }
    case 'Sequence':
    case 'Graph':
      return copyOf;
    default: {
      const copiers = new Map(Object.entries(space.spaces).map(([key, part]) => [key, copierOf(part)]));
      return (value) =>
        typeof value === 'object' && value !== null
          ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copied(copiers.get(key), part)]))
          : value;
    }
  }
}

const copied = (copier: ((value: unknown) => unknown) | undefined, value: unknown) =>
  copier === undefined ? value : copier(value);

const arrayCopier = (dtype: Dtype) => (value: unknown) =>
  isArrayOf(value, dtype) ? createArray(dtype, value as Iterable<number>) : copyOf(value);

/**
 * A copy of plain data: objects, arrays and typed arrays in one another. What has a class of its own stays what it is, as do functions.
 */
export function copyOf<T>(value: T): T {
  return copyAny(value, new Map()) as T;
}

function copyAny(value: unknown, seen: Map<object, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  if (ArrayBuffer.isView(value)) return copyOfView(value);
  if (Array.isArray(value)) {
    const copy: unknown[] = [];
    seen.set(value, copy);
    for (const part of value) copy.push(copyAny(part, seen));
    return copy;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  const copy: Record<string, unknown> = {};
  seen.set(value, copy);
  for (const [key, part] of Object.entries(value)) copy[key] = copyAny(part, seen);
  return copy;
}

function copyOfView(view: ArrayBufferView): ArrayBufferView {
  const bytes = new Uint8Array(view.byteLength);
  bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  if (typeof Buffer !== 'undefined' && Buffer.isBuffer(view)) return Buffer.from(bytes.buffer);
  const View = view.constructor as new (buffer: ArrayBuffer) => ArrayBufferView;
  return new View(bytes.buffer);
}
