import {
  add,
  broadcastTo,
  concat,
  constant,
  type DType,
  leavesOf,
  matmul,
  mul,
  reshape,
  type Tensor,
} from '@unbraid/graph';
import { type AnyModel, applyModel } from '@unbraid/nn';
import { type DenseUse, type DenseUses, denseUses } from './dense-uses.ts';
import { consumersOf, cotangentsAt, rowGradients, structuresOf } from './row-jacobian.ts';

/** Inputs of a dense layer and what its outputs do to the model's. */
interface Layer {
  readonly use: DenseUse;
  /** A: `[n, in]` */
  readonly inputs: Tensor;
  /** B: `[n · c, out]`; row i·c + k is the derivative of output k for input i by the layer's outputs. */
  readonly sensitivities: Tensor;
}

/** What a batch's part of the kernel is made of. */
interface Parts {
  readonly layers: readonly Layer[];
  /** J of each structured parameter: `[n · c, size]`, rows as in `sensitivities`. */
  readonly jacobians: readonly Tensor[];
}

/**
 * The part of the tangent kernel that belongs to dense layers, `[n · c, n' · c]`: Σ (A Aᵀ + 1) ⊙ (B Bᵀ) over layers, the 1 where
 * the layer has a bias; and J Jᵀ of the parameters at `paths`, which are structured. Undefined where there is neither. Where rows don't depend on each other
 * (`beyondGram`) one backward pass for each output gives B and J for all inputs.
 */
export function gramKernel(
  model: AnyModel,
  params: Tensor,
  x: Tensor,
  z: Tensor,
  paths: readonly string[] = [],
): Tensor | undefined {
  const rows = partsOf(model, params, x, paths);
  const columns = z === x ? rows : partsOf(model, params, z, paths);
  const terms = [
    ...rows.layers.map((layer, l) => layerKernel(layer, columns.layers[l]!)),
    ...rows.jacobians.map((jacobian, p) => matmul(jacobian, columns.jacobians[p]!, { transposeB: true })),
  ];
  return terms.length > 0 ? terms.reduce((sum, term) => add(sum, term)) : undefined;
}

/**
 * What `gramKernel` leaves out of a model's outputs `y` for a batch `x`, parameters by path, and the operator in which rows of the batch meet, where
 * they do: for such a model it is wrong.
 */
export const beyondGram = (y: Tensor, params: Tensor, x: Tensor): Pick<DenseUses, 'rest' | 'meeting'> =>
  denseUses(y, leavesOf<Tensor>(params), x);

function partsOf(model: AnyModel, params: Tensor, x: Tensor, paths: readonly string[]): Parts {
  const y = applyModel(model, params, x);
  const { dense } = denseUses(y, leavesOf<Tensor>(params), x);
  const structures = structuresOf(y, params, x, paths);
  const [n, c] = y.shape as [number, number];
  const products = dense.map(({ product }) => product);
  const wanted = [...new Set([...products, ...consumersOf(structures)])];
  const cotangents = Array.from({ length: c }, (_, k) => cotangentsAt(y, wanted, oneHotColumn(n, c, k, y.dtype)));
  const gradients = cotangents.map((output) => rowGradients(structures, output, n));
  return {
    layers: dense.map((use, l) => ({
      use,
      inputs: use.inputs,
      sensitivities: interleave(cotangents.map((output) => output.get(products[l]!)!)),
    })),
    jacobians: structures.map((_, p) => interleave(gradients.map((output) => output[p]!))),
  };
}

function oneHotColumn(n: number, c: number, k: number, dtype: DType): Tensor {
  const row = Array.from({ length: c }, (_, j) => Number(j === k));
  return broadcastTo(constant(row, [1, c], dtype), [n, c]);
}

/** From c matrices `[n, out]` one of `[n · c, out]`, row i of all of them before row i + 1. */
function interleave(matrices: readonly Tensor[]): Tensor {
  if (matrices.length === 1) return matrices[0]!;
  const [n, out] = matrices[0]!.shape as [number, number];
  const stacked = concat(
    matrices.map((matrix) => reshape(matrix, [n, 1, out])),
    1,
  );
  return reshape(stacked, [n * matrices.length, out]);
}

function layerKernel(a: Layer, b: Layer): Tensor {
  const [n, m] = [a.inputs.shape[0]!, b.inputs.shape[0]!];
  const [rows, columns] = [a.sensitivities.shape[0]!, b.sensitivities.shape[0]!];
  const outputs = matmul(a.sensitivities, b.sensitivities, { transposeB: true });
  if (!a.use.weight) return outputs;
  const inputs = matmul(a.inputs, b.inputs, { transposeB: true });
  const gram = a.use.bias ? add(inputs, 1) : inputs;
  if (rows === n) return mul(gram, outputs);
  const [c, e] = [rows / n, columns / m];
  return reshape(mul(reshape(gram, [n, 1, m, 1]), reshape(outputs, [n, c, m, e])), [rows, columns]);
}
