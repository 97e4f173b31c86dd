import {
  add,
  gather,
  hostOperator,
  mul,
  reduceSum,
  reshape,
  ShapeError,
  scatterAdd,
  type Tensor,
} from '@unbraid/graph';
import type { Csr } from '@unbraid/kernels';
import { checkRows, endsOf, nodesAt, perMatrix, tablesIn } from './pattern.ts';

/**
 * q_i · k_j for each entry (i, j) of a matrix, head by head: q is float32 [rows, heads · width], k [cols, heads · width], the result [entries, heads]. The
 * matrix' own values don't count. It is the gradient of `edgeSum` by its weights, and the other way round.
 * @throws {ShapeError} for other shapes
 */
export const edgeDots = (matrix: Csr, q: Tensor, k: Tensor, heads = 1): Tensor => dotsOf(matrix, `${heads}`)(q, k);

const dotsOf = perMatrix('edgeDots', (matrix, way) => {
  const heads = Number(way);
  const entries = matrix.columns.length;
  return hostOperator({
    name: 'edgeDots',
    type([q, k]) {
      const width = q!.shape[1]!;
      checkRows('edgeDots', 'q', q!, matrix.rows);
      checkRows('edgeDots', 'k', k!, matrix.cols, width);
      if (width % heads !== 0) throw new ShapeError(`edgeDots: ${heads} heads don't divide a width of ${width}`);
      return { shape: [entries, heads], dtype: 'float32' };
    },
    meaning([q, k]) {
      const products = mul(gather(q!, endsOf(matrix, 'row')), gather(k!, endsOf(matrix, 'column')));
      return reduceSum(reshape(products, [entries, heads, q!.shape[1]! / heads]), { axes: [2] });
    },
    vjp: (g, [q, k]) => [edgeSum(matrix, g, k!), edgeSum(matrix, g, q!, { transpose: true })],
    jvp([tq, tk], [q, k]) {
      const along = tq && edgeDots(matrix, tq, k!, heads);
      const across = tk && edgeDots(matrix, q!, tk, heads);
      return along && across ? add(along, across) : (along ?? across);
    },
    prepare(runtime, { inputs: [q] }) {
      const { read, release } = tablesIn(runtime, matrix);
      const width = q!.shape[1]!;
      return {
        run([q, k], out) {
          const given = { ...read(), heads, width, q: q as Float32Array, k: k as Float32Array };
          runtime.kernels.edgeDots(given, out as Float32Array);
        },
        release,
      };
    },
  });
});

/** What `edgeSum` may be told. */
export interface EdgeSumOptions {
  /** Σ over the entries of a column, of what their rows have, in the place of the other way round. Default false. */
  readonly transpose?: boolean;
}

/**
 * Σ_j w_ij v_j over the entries (i, j) of each row, head by head, with weights of their own in the place of the matrix' values: w is float32
 * [entries, heads], v [cols, heads · width], the result [rows, heads · width]. Nothing of the size of entries × width is stored, forward or backward.
 * @throws {ShapeError} for other shapes
 */
export const edgeSum = (matrix: Csr, weights: Tensor, v: Tensor, { transpose = false }: EdgeSumOptions = {}): Tensor =>
  sumsOf(matrix, transpose ? 'transposed' : '')(weights, v);

const sumsOf = perMatrix('edgeSum', (matrix, way) => {
  const transpose = way === 'transposed';
  const [to, from] = transpose ? (['column', 'row'] as const) : (['row', 'column'] as const);
  const entries = matrix.columns.length;
  return hostOperator({
    name: 'edgeSum',
    type([w, v]) {
      checkRows('edgeSum', 'weights', w!, entries);
      checkRows('edgeSum', 'v', v!, nodesAt(matrix, from));
      const [heads, width] = [w!.shape[1]!, v!.shape[1]!];
      if (width % heads !== 0) throw new ShapeError(`edgeSum: ${heads} heads don't divide a width of ${width}`);
      return { shape: [nodesAt(matrix, to), width], dtype: 'float32' };
    },
    meaning([w, v]) {
      const [heads, width] = [w!.shape[1]!, v!.shape[1]!];
      const sent = reshape(gather(v!, endsOf(matrix, from)), [entries, heads, width / heads]);
      const weighted = mul(sent, reshape(w!, [entries, heads, 1]));
      return scatterAdd(reshape(weighted, [entries, width]), endsOf(matrix, to), nodesAt(matrix, to));
    },
    vjp(g, [w, v], _, [byWeights, byV]) {
      const heads = w!.shape[1]!;
      const dw = byWeights ? (transpose ? edgeDots(matrix, v!, g, heads) : edgeDots(matrix, g, v!, heads)) : undefined;
      return [dw, byV ? edgeSum(matrix, w!, g, { transpose: !transpose }) : undefined];
    },
    jvp([tw, tv], [w, v]) {
      const along = tw && edgeSum(matrix, tw, v!, { transpose });
      const across = tv && edgeSum(matrix, w!, tv, { transpose });
      return along && across ? add(along, across) : (along ?? across);
    },
    prepare(runtime, { inputs: [w, v] }) {
      const { kernels } = runtime;
      const { read, release } = tablesIn(runtime, matrix);
      const [heads, width] = [w!.shape[1]!, v!.shape[1]!];
      const product = transpose ? kernels.sparseProductTransposed : kernels.sparseProduct;
      return {
        run([w, v], out) {
          const { starts, columns } = read();
          const factor = { starts, columns, values: w as Float32Array, heads };
          product(factor, v as Float32Array, width, out as Float32Array);
        },
        release,
      };
    },
  });
});
