import {
  bernoulliMask,
  constant,
  type HostKernel,
  type HostOperator,
  hostOperator,
  maskKeys,
  mul,
  type Runtime,
  type Tensor,
} from '@unbraid/graph';
import type { Csr } from '@unbraid/kernels';
import { createKeeper } from '../keeper.ts';
import { placeMatrix } from './placed.ts';

/** Part of the entries that are kept, and which of the masks of a step it is. */
interface Setting {
  readonly keep: number;
  readonly stream: number;
}

const byMask = (x: Tensor, key: Tensor, { keep, stream }: Setting): Tensor =>
  mul(x, mul(bernoulliMask(key, x.shape, keep, stream), 1 / keep));

/** Writes x after dropout to `out`. */
function run({ kernels }: Runtime, { keep, stream }: Setting, x: unknown, key: unknown, out: unknown): void {
  const [seed, step] = key as Int32Array;
  const keys = maskKeys(seed!, step!, stream);
  kernels.dropout(x as Float32Array, { keys, kept: Math.round(keep * 65536), scale: 1 / keep }, out as Float32Array);
}

const onTensors = new Map<string, (x: Tensor, key: Tensor) => Tensor>();

/**
 * Dropout (Srivastava et al. 2014) of float32 entries: those of `bernoulliMask(key, x.shape, keep, stream)` are divided by `keep`, the others
 * are zeros. The mask is not stored; the gradient draws it again.
 */
export function drop(x: Tensor, key: Tensor, keep: number, stream: number): Tensor {
  const name = `${keep}|${stream}`;
  const operator = onTensors.get(name) ?? hostOperator(ofTensors({ keep, stream }));
  onTensors.set(name, operator);
  return operator(x, key);
}

const ofTensors = (setting: Setting): HostOperator => ({
  name: 'drop',
  type: ([x]) => x!,
  meaning: ([x, key]) => byMask(x!, key!, setting),
  vjp: (cotangent, [, key]) => [drop(cotangent, key!, setting.keep, setting.stream)],
  jvp: ([along], [, key]) => along && drop(along, key!, setting.keep, setting.stream),
  prepare: (runtime) => ({ run: ([x, key], out) => run(runtime, setting, x, key, out) }),
});

const onMatrices = createKeeper<Csr, (key: Tensor) => Tensor>();

/** The same of a sparse matrix' values, which have no place in the graph: float32 [entries]. */
export function dropValues(matrix: Csr, key: Tensor, keep: number, stream: number): Tensor {
  const make = () => hostOperator(ofValues(matrix, { keep, stream }));
  return onMatrices(matrix, make, `${keep}|${stream}`)(key);
}

function ofValues(matrix: Csr, setting: Setting): HostOperator {
  const shape = [matrix.values.length];
  return {
    name: 'dropValues',
    type: () => ({ shape, dtype: 'float32' }),
    meaning: ([key]) => byMask(constant(matrix.values, shape), key!, setting),
    prepare(runtime): HostKernel {
      const { views, release } = placeMatrix(runtime.arena, matrix);
      return { run: ([key], out) => run(runtime, setting, views.values, key, out), release };
    },
  };
}
