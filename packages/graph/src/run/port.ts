import type { Tensor as OrtTensor } from 'onnxruntime-common';
import type { Backend } from '../backends/backend.ts';
import type { TypedArray } from '../dtype.ts';
import { leafView, type Source } from './buffer.ts';
import type { Layout } from './layout.ts';

/** A named input or output of an executable: its flat vector, which may change, and the runtime's tensors over it. */
export interface Port {
  readonly name: string;
  readonly layout: Layout;
  source: Source;
  /** Puts the tensors over the present vector under their ONNX names; does nothing while the vector stays the same. */
  bind(feeds: Record<string, OrtTensor>): void;
  /** Copies results into the vector, for runtimes that don't write in place. */
  copyFrom(results: Readonly<Record<string, OrtTensor>>): void;
}

/** A port whose ONNX values are named `onnxName`, dot, path of the leaf. */
export function createPort(backend: Backend, name: string, onnxName: string, layout: Layout, source: Source): Port {
  const leafNames = layout.leaves.map(({ path }) => (path === '' ? onnxName : `${onnxName}.${path}`));
  const made = new WeakMap<TypedArray, OrtTensor[]>();
  let bound: TypedArray | undefined;
  const tensorsOver = (data: TypedArray): OrtTensor[] => {
    const known = made.get(data);
    if (known) return known;
    const tensors = layout.leaves.map(({ offset, size, shape }) =>
      backend.tensor(layout.dtype, leafView(layout.dtype, data, offset, size), shape),
    );
    made.set(data, tensors);
    return tensors;
  };
  return {
    name,
    layout,
    source,
    bind(feeds) {
      const { data } = this.source;
      if (data === bound) return;
      bound = data;
      tensorsOver(data).forEach((tensor, i) => {
        feeds[leafNames[i]!] = tensor;
      });
    },
    copyFrom(results) {
      const { data } = this.source;
      layout.leaves.forEach(({ offset, size }, i) => {
        const result = results[leafNames[i]!]!.data as Float32Array;
        (leafView(layout.dtype, data, offset, size) as Float32Array).set(result);
      });
    },
  };
}
