import { div, exp, gather, hostOperator, mul, scatterAdd, sub, type Tensor } from '@unbraid/graph';
import type { Csr } from '@unbraid/kernels';
import { checkRows, endsOf, perMatrix, tablesIn } from './pattern.ts';

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
        run([y, g], out) {
          const given = { y: y as Float32Array, g: g as Float32Array, dx: out as Float32Array };
          runtime.kernels.segmentSoftmaxBackward(read(), heads, given);
        },
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
      const softmax = runtime.kernels.segmentSoftmax;
      return { run: ([x], out) => softmax(read(), heads, x as Float32Array, out as Float32Array), release };
    },
  });
});
