import { add, gather, hostOperator, mul, reduceSum, reshape, ShapeError, type Tensor } from '@unbraid/graph';
import type { Csr } from '@unbraid/kernels';
import { edgeSum } from './edge-sum.ts';
import { checkRows, clearRest, endsOf, perMatrix, tablesIn } from './pattern.ts';

/**
 * q_i · k_j for each entry (i, j) of a matrix, head by head: q is float32 [rows, heads · width], k [cols, heads · width], the result [entries, heads]. The
 * matrix' own values don't count. It is the gradient of `edgeSum` by its weights, and the other way round.
 * @throws {ShapeError} for other shapes
 */
export const edgeDots = (matrix: Csr, q: Tensor, k: Tensor, heads = 1): Tensor => operatorOf(matrix, `${heads}`)(q, k);

const operatorOf = perMatrix('edgeDots', (matrix, way) => {
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
  { starts, columns }: { readonly starts: Int32Array; readonly columns: Int32Array },
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
