import { constant, hostOperator, mul, type Tensor } from '@unbraid/graph';
import type { Csr } from '@unbraid/kernels';
import { checkRows, perMatrix, tablesIn } from './pattern.ts';

/** What entries have, each times the matrix' value there: float32 [entries, width] to the same. @throws {ShapeError} */
export const scaleEntries = (matrix: Csr, x: Tensor): Tensor => operatorOf(matrix)(x);

const operatorOf = perMatrix('scaleEntries', (matrix): ((x: Tensor) => Tensor) => {
  const entries = matrix.columns.length;
  return hostOperator({
    name: 'scaleEntries',
    type([x]) {
      checkRows('scaleEntries', 'what entries have', x!, entries);
      return x!;
    },
    meaning: ([x]) => mul(x!, constant(matrix.values, [entries, 1])),
    vjp: (g) => [scaleEntries(matrix, g)],
    jvp: ([t]) => t && scaleEntries(matrix, t),
    prepare(runtime, { shape }) {
      const { read, release } = tablesIn(runtime, matrix);
      const width = shape[1]!;
      const { scaleRows } = runtime.kernels;
      return {
        run: ([x], out) => scaleRows(x as Float32Array, read().values, width, out as Float32Array),
        release,
      };
    },
  });
});
