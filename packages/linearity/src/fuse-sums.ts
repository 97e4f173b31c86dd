import { concat, mapTree, matmul, type Tensor } from '@unbraid/graph';
import { rebuilder } from './rebuild.ts';

/**
 * The same tensors with sums of two products A B + C D made into one product [A C] [B; D], where operands are small against the result:
 * the terms of a Hessian-vector product for a layer's weights are such outer products, and each would take as much memory as the
 * weights.
 */
export function fuseSums(outputs: Tensor): Tensor {
  const rebuild = rebuilder(fused);
  return mapTree<unknown, Tensor>(outputs, (leaf) => rebuild(leaf as Tensor)) as Tensor;
}

function fused({ operator, inputs, shape }: Tensor): Tensor | undefined {
  const [left, right] = inputs;
  if (operator.name !== 'add' || !isProduct(left!, shape) || !isProduct(right!, shape)) return undefined;
  const { transposeA, transposeB } = flagsOf(left!);
  const other = flagsOf(right!);
  if (transposeA !== other.transposeA || transposeB !== other.transposeB) return undefined;
  const [a, b] = left!.inputs as [Tensor, Tensor];
  const [c, d] = right!.inputs as [Tensor, Tensor];
  const inner = a.shape[transposeA ? 0 : 1]! + c.shape[transposeA ? 0 : 1]!;
  const [rows, cols] = shape as [number, number];
  if (inner * (rows + cols) > (rows * cols) / 2) return undefined;
  const flags = { transposeA, transposeB };
  return matmul(concat([a, c], transposeA ? 0 : 1), concat([b, d], transposeB ? 1 : 0), flags);
}

const flagsOf = ({ attributes }: Tensor) => ({
  transposeA: attributes.transposeA === true,
  transposeB: attributes.transposeB === true,
});

const isProduct = (tensor: Tensor, shape: readonly number[]): boolean =>
  tensor.operator.name === 'matmul' &&
  shape.length === 2 &&
  tensor.shape.length === 2 &&
  tensor.shape.every((d, axis) => d === shape[axis]);
