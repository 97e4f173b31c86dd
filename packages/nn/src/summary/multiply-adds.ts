import { simplify, sizeOf, type Tensor } from '@unbraid/graph';

/** Multiply-adds of one product, with padding counted as if it were of the image. */
const costs: Readonly<Record<string, (product: Tensor) => number>> = {
  matmul: ofMatrices,
  gemm: ofMatrices,
  conv2d: ({ shape, inputs: [, weight] }) => sizeOf(shape) * sizeOf(weight!.shape.slice(1)),
  convTranspose2d: ({ inputs: [x, weight] }) => sizeOf(x!.shape) * sizeOf(weight!.shape.slice(1)),
};

function ofMatrices({ shape, inputs: [a], attributes: { transposeA } }: Tensor): number {
  return sizeOf(shape) * a!.shape.at(transposeA ? -2 : -1)!;
}

/** Multiply-adds of all matrix products and convolutions that `output` is computed from, equal ones once. */
export function multiplyAdds(output: Tensor): number {
  const seen = new Set(simplify([output]));
  let total = 0;
  // A set is walked in the order of insertion, what is added on the way included.
  for (const tensor of seen) {
    total += costs[tensor.operator.name]?.(tensor) ?? 0;
    for (const input of tensor.inputs) seen.add(input);
  }
  return total;
}
