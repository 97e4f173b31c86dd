import { div, exp, gather, hostOperator, mul, scatterAdd, sub, type Tensor } from '@unbraid/graph';
import type { Csr } from '@unbraid/kernels';
import { checkRows, clearRest, endsOf, perMatrix, tablesIn } from './pattern.ts';

/** Softmax of what the entries of a row have among each other, column by column: float32 [entries, heads] to the same. @throws {ShapeError} */
export const segmentSoftmax = (matrix: Csr, scores: Tensor): Tensor => operatorOf(matrix)(scores);

const operatorOf = perMatrix('segmentSoftmax', (matrix) => {
  const entries = matrix.columns.length;
  const rows = () => endsOf(matrix, 'row');
  const backward = hostOperator({
    name: 'segmentSoftmaxBackward',
    type: ([y]) => y!,
    meaning([y, g]) {
      const total = scatterAdd(mul(y!, g!), rows(), matrix.rows);
      return mul(y!, sub(g!, gather(total, rows())));
    },
    prepare(runtime, { shape }) {
      const { read, release } = tablesIn(runtime, matrix);
      const heads = shape[1]!;
      return {
        run: ([y, g], out) =>
          backwardOf(read().starts, heads, y as Float32Array, g as Float32Array, out as Float32Array),
        release,
      };
    },
  });
  return hostOperator({
    name: 'segmentSoftmax',
    type([x]) {
      checkRows('segmentSoftmax', 'what entries have', x!, entries);
      return x!;
    },
    /** Without subtracting the largest score, as the kernel does: scores up to 80 keep float32 finite. */
    meaning([x]) {
      const power = exp(x!);
      return div(power, gather(scatterAdd(power, rows(), matrix.rows), rows()));
    },
    vjp: (g, _, y) => [backward(y, g)],
    // The Jacobian is symmetric.
    jvp: ([t], _, y) => t && backward(y, t),
    prepare(runtime, { shape }) {
      const { read, release } = tablesIn(runtime, matrix);
      const heads = shape[1]!;
      return { run: ([x], out) => softmaxOf(read().starts, heads, x as Float32Array, out as Float32Array), release };
    },
  });
});

function softmaxOf(starts: Int32Array, heads: number, x: Float32Array, out: Float32Array): void {
  clearRest(starts, heads, out);
  for (let i = 0; i + 1 < starts.length; i++) {
    const [from, to] = [starts[i]! * heads, starts[i + 1]! * heads];
    for (let h = 0; h < heads; h++) {
      let top = Number.NEGATIVE_INFINITY;
      for (let at = from + h; at < to; at += heads) top = Math.max(top, x[at]!);
      let total = 0;
      for (let at = from + h; at < to; at += heads) total += out[at] = Math.exp(x[at]! - top);
      for (let at = from + h; at < to; at += heads) out[at]! /= total;
    }
  }
}

/** y (g − Σ y g) by row and head. */
function backwardOf(starts: Int32Array, heads: number, y: Float32Array, g: Float32Array, out: Float32Array): void {
  clearRest(starts, heads, out);
  for (let i = 0; i + 1 < starts.length; i++) {
    const [from, to] = [starts[i]! * heads, starts[i + 1]! * heads];
    for (let h = 0; h < heads; h++) {
      let total = 0;
      for (let at = from + h; at < to; at += heads) total += y[at]! * g[at]!;
      for (let at = from + h; at < to; at += heads) out[at] = y[at]! * (g[at]! - total);
    }
  }
}
