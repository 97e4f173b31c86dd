import type { Tensor as OrtTensor } from 'onnxruntime-common';
import type { Backend } from '../backends/backend.ts';
import type { DType, TypedArray } from '../dtype.ts';
import type { Shape } from '../shape.ts';
import { leafView, type Source } from './buffer.ts';
import type { Layout } from './layout.ts';

/** A flat vector that may change for another one: a named input or output of an executable, or memory in between. */
export interface Port {
  readonly name: string;
  readonly layout: Layout;
  source: Source;
}

/** Where one tensor is: a run of elements of a port's vector. */
export interface Place {
  readonly port: Port;
  readonly dtype: DType;
  readonly offset: number;
  readonly size: number;
  readonly shape: Shape;
}

/** The elements of a place, as a view of the present vector. */
export const viewAt = ({ port, dtype, offset, size }: Place): TypedArray =>
  leafView(dtype, port.source.data, offset, size);

/** The runtime's tensors over one port's vector. */
export interface Binding {
  /** Puts the tensors over the present vector under their ONNX names; does nothing while the vector stays the same. */
  bind(feeds: Record<string, OrtTensor>): void;
  /** Copies results into the vector, for runtimes that don't write in place. */
  copyFrom(results: Readonly<Record<string, OrtTensor>>): void;
}

/** Binds places of one port by their ONNX names. */
export function createBinding(backend: Backend, port: Port, places: ReadonlyMap<string, Place>): Binding {
  const made = new WeakMap<TypedArray, [string, OrtTensor][]>();
  let bound: TypedArray | undefined;
  const tensorsOver = (data: TypedArray): [string, OrtTensor][] => {
    const known = made.get(data);
    if (known) return known;
    const tensors = [...places].map(([name, { dtype, offset, size, shape }]): [string, OrtTensor] => [
      name,
      backend.tensor(dtype, leafView(dtype, data, offset, size), shape),
    ]);
    made.set(data, tensors);
    return tensors;
  };
  return {
    bind(feeds) {
      const { data } = port.source;
      if (data === bound) return;
      bound = data;
      for (const [name, tensor] of tensorsOver(data)) feeds[name] = tensor;
    },
    copyFrom(results) {
      for (const [name, place] of places) (viewAt(place) as Float32Array).set(results[name]!.data as Float32Array);
    },
  };
}

/** The same for places of several ports. */
export function bindAll(backend: Backend, places: ReadonlyMap<string, Place>): Binding {
  const ports = new Map<Port, Map<string, Place>>();
  for (const [name, place] of places) {
    const known = ports.get(place.port) ?? new Map<string, Place>();
    ports.set(place.port, known.set(name, place));
  }
  const bindings = [...ports].map(([port, own]) => createBinding(backend, port, own));
  return {
    bind(feeds) {
      for (const binding of bindings) binding.bind(feeds);
    },
    copyFrom(results) {
      for (const binding of bindings) binding.copyFrom(results);
    },
  };
}
