import { add, cast, gemm, mul, type Tensor } from '@unbraid/graph';
import type { Converters, NodeContext } from '../converter.ts';
import { product } from './matrix-product.ts';

/** α · A B + β · C, A and B each transposed on request; C may be left out since opset 11. */
function convertGemm(node: NodeContext): readonly Tensor[] {
  const [a, b] = [node.input(0), node.input(1)];
  const c = node.inputs[2];
  const alpha = node.attributes.float('alpha', 1);
  const beta = node.attributes.float('beta', 1);
  const turned = {
    transposeA: node.attributes.integer('transA', 0) !== 0,
    transposeB: node.attributes.integer('transB', 0) !== 0,
  };
  if (a.dtype !== 'float32' && a.dtype !== 'float64') return [integerGemm(a, b, c, { alpha, beta, ...turned })];
  const addend = c && beta !== 0 ? scaled(c, beta) : undefined;
  if (addend && alpha === 1) return [gemm(a, b, addend, turned)];
  const result = scaled(product(a, b, turned), alpha);
  return [addend ? add(result, addend) : result];
}

const scaled = (x: Tensor, factor: number): Tensor => (factor === 1 ? x : mul(x, factor));

function integerGemm(
  a: Tensor,
  b: Tensor,
  c: Tensor | undefined,
  { alpha, beta, ...turned }: { alpha: number; beta: number; transposeA: boolean; transposeB: boolean },
): Tensor {
  const result = scaled(product(cast(a, 'float64'), cast(b, 'float64'), turned), alpha);
  return cast(c ? add(result, scaled(cast(c, 'float64'), beta)) : result, a.dtype);
}

/** Matrix products. */
export const products: Converters = {
  MatMul: (node) => [product(node.input(0), node.input(1))],
  Gemm: convertGemm,
};
