import { isFloat } from './dtype.ts';
import { uniformValue } from './operators/constant.ts';
import { scaledGemm } from './operators/gemm.ts';
import type { Transpositions } from './operators/product-form.ts';
import { sameShape } from './shape.ts';
import type { Tensor } from './tensor.ts';
import { topologicalOrder, usesIn, withInputs } from './topology.ts';

/**
 * Sums of a matrix product and a matrix, which may be scaled, as one product that starts from that matrix: the gradient of a penalized
 * weight is such a sum. A product that something else reads as well stays on its own, so that it is computed once.
 */
export function fuseProducts(roots: readonly Tensor[]): Tensor[] {
  const order = topologicalOrder(roots);
  const uses = usesIn(order, roots);
  const made = new Map<Tensor, Tensor>();
  for (const tensor of order) {
    const product = productIn(tensor, uses);
    const own = withInputs(tensor, made);
    made.set(tensor, product === undefined ? own : startingFrom(own.inputs[1 - product]!, own.inputs[product]!));
  }
  return roots.map((root) => made.get(root)!);
}

/** Which of a sum's operands is a product that only the sum reads, if one is. */
function productIn(sum: Tensor, uses: ReadonlyMap<Tensor, number>): number | undefined {
  if (sum.operator.name !== 'add' || sum.shape.length !== 2 || !isFloat(sum.dtype)) return undefined;
  const at = sum.inputs.findIndex(
    (x) => x.operator.name === 'matmul' && uses.get(x) === 1 && sameShape(x.shape, sum.shape),
  );
  return at < 0 ? undefined : at;
}

function startingFrom(addend: Tensor, { inputs: [a, b], attributes }: Tensor): Tensor {
  const [c, beta] = factored(addend);
  return scaledGemm(a!, b!, c, { ...(attributes as unknown as Transpositions), alpha: 1, beta });
}

/** A tensor and a number whose product is `tensor`. ONNX keeps the number as a float32. */
export function factored(tensor: Tensor): [Tensor, number] {
  if (tensor.operator.name !== 'mul') return [tensor, 1];
  const [a, b] = tensor.inputs as [Tensor, Tensor];
  for (const [x, factor] of [[a, uniformValue(b)] as const, [b, uniformValue(a)] as const]) {
    // Gemm leaves out a matrix times 0, and with it NaN and infinity.
    if (factor !== undefined && factor !== 0 && factor === Math.fround(factor) && sameShape(x.shape, tensor.shape))
      return [x, factor];
  }
  return [tensor, 1];
}
