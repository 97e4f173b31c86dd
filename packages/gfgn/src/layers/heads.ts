import { constant, matmul, mul, reshape, type Tensor, transpose } from '@unbraid/graph';
import { glorotUniform, type ParamSpec, param } from '@unbraid/nn';

/** A vector for each head, [heads, width]. */
export const headVectors = (heads: number, width: number): ParamSpec =>
  param([heads, width], glorotUniform, { fanIn: width, fanOut: 1 });

/** Σ over a head's entries of h · vector: [rows, heads]. One product by a matrix that has each head's vector in a column of its own. */
export function headScores(h: Tensor, vectors: Tensor): Tensor {
  const [heads, width] = vectors.shape as readonly [number, number];
  const column = reshape(vectors, [heads * width, 1]);
  if (heads === 1) return matmul(h, column);
  return matmul(h, mul(column, constant(membership(heads, width), [heads * width, heads])));
}

/** Σ over a head's entries of h: [rows, heads]. */
export const headSums = (h: Tensor, heads: number): Tensor => {
  const width = h.shape[1]! / heads;
  return matmul(h, constant(membership(heads, width), [heads * width, heads]));
};

/** Each head's number for each of its entries: [rows, heads] to [rows, heads · width]. */
export const spreadHeads = (x: Tensor, width: number): Tensor => {
  const heads = x.shape[1]!;
  return matmul(x, transpose(constant(membership(heads, width), [heads * width, heads])));
};

/** 1 where an entry belongs to a head, [heads · width, heads]. */
const membership = (heads: number, width: number): Float32Array =>
  Float32Array.from({ length: heads * width * heads }, (_, i) => Number(Math.floor(i / heads / width) === i % heads));
