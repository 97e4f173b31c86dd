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
import { checkRows, clearRest, endsOf, nodesAt, perMatrix, type Tables, tablesIn } from './pattern.ts';

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
      const width = q!.shape[1]! / heads;
      return {
        run: ([q, k], out) => dots(read(), heads, width, q as Float32Array, k as Float32Array, out as Float32Array),
        release,
      };
    },
  });
});

function dots(
  { starts, columns }: Tables,
  heads: number,
  width: number,
  q: Float32Array,
  k: Float32Array,
  out: Float32Array,
): void {
  const stride = heads * width;
  clearRest(starts, heads, out);
  for (let i = 0; i + 1 < starts.length; i++) {
    for (let e = starts[i]!; e < starts[i + 1]!; e++) {
      let a = i * stride;
      let b = columns[e]! * stride;
      for (let h = 0; h < heads; h++) {
        let sum = 0;
        for (let d = 0; d < width; d++) sum += q[a++]! * k[b++]!;
        out[e * heads + h] = sum;
      }
    }
  }
}

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
      const { read, release } = tablesIn(runtime, matrix);
      const heads = w!.shape[1]!;
      const width = v!.shape[1]! / heads;
      return {
        run: ([w, v], out) =>
          sums(read(), transpose, heads, width, w as Float32Array, v as Float32Array, out as Float32Array),
        release,
      };
    },
  });
});

function sums(
  { starts, columns }: Tables,
  transpose: boolean,
  heads: number,
  width: number,
  w: Float32Array,
  v: Float32Array,
  out: Float32Array,
): void {
  const stride = heads * width;
  out.fill(0);
  for (let i = 0; i + 1 < starts.length; i++) {
    for (let e = starts[i]!; e < starts[i + 1]!; e++) {
      const row = i * stride;
      const column = columns[e]! * stride;
      addRow(heads, width, w, e * heads, v, transpose ? row : column, out, transpose ? column : row);
    }
  }
}

/** Adds a row of v, each head times its weight, to a row of `out`. */
function addRow(
  heads: number,
  width: number,
  w: Float32Array,
  first: number,
  v: Float32Array,
  from: number,
  out: Float32Array,
  to: number,
): void {
  for (let h = 0; h < heads; h++) {
    const weight = w[first + h]!;
    const at = h * width;
    for (let d = at; d < at + width; d++) out[to + d]! += weight * v[from + d]!;
  }
}
