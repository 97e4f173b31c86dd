import { concat, constant, gather, hostOperator, mul, reduceMax, type Tensor, vjp } from '@unbraid/graph';
import type { Csr } from '@unbraid/kernels';
import { checkRows, perMatrix, tablesIn, zerosOf } from './pattern.ts';

/**
 * The largest of what the entries of each row have, column by column: float32 [entries, width] to [rows, width], zeros where there are no entries. Entries
 * that tie share the gradient equally, as in PyTorch's `scatter_reduce`.
 * @throws {ShapeError} for another shape
 */
export const segmentMax = (matrix: Csr, entries: Tensor): Tensor => operatorOf(matrix, 'entries')(entries);

/** The largest of what the columns of each row's entries have: float32 [cols, width] to [rows, width]. As `segmentMax`, without a copy for each entry. @throws {ShapeError} */
export const neighborMax = (matrix: Csr, x: Tensor): Tensor =>
  matrix.columns.length === 0 ? zerosOf(matrix.rows, x.shape[1]!) : operatorOf(matrix, 'columns')(x);

const operatorOf = perMatrix('segmentMax', (matrix, way) => {
  const of = way as 'entries' | 'columns';
  const byEntry = of === 'entries';
  const name = byEntry ? 'segmentMax' : 'neighborMax';
  const meaning = (x: Tensor): Tensor => meaningOf(matrix, byEntry, x);
  const backward = hostOperator({
    name: `${name}Backward`,
    type: ([x]) => x!,
    meaning: ([x, , g]) => vjp(meaning, x!, g!).cotangent,
    prepare(runtime, { shape }) {
      const { read, release } = tablesIn(runtime, matrix);
      const width = shape[1]!;
      return {
        run([x, y, g], out) {
          const gradients = { y: y as Float32Array, g: g as Float32Array, dx: out as Float32Array };
          runtime.kernels.segmentMaxBackward({ ...read(), of, width, x: x as Float32Array }, gradients);
        },
        release,
      };
    },
  });
  return hostOperator({
    name,
    type([x]) {
      checkRows(name, 'the input', x!, byEntry ? matrix.columns.length : matrix.cols);
      return { shape: [matrix.rows, x!.shape[1]!], dtype: 'float32' };
    },
    meaning: ([x]) => meaning(x!),
    vjp: (g, [x], y) => [backward(x!, y, g)],
    prepare(runtime, { shape }) {
      const { read, release } = tablesIn(runtime, matrix);
      const width = shape[1]!;
      const { segmentMax } = runtime.kernels;
      return {
        run: ([x], out) => segmentMax({ ...read(), of, width, x: x as Float32Array }, out as Float32Array),
        release,
      };
    },
  });
});

const LOWEST = -3.4028234663852886e38;

/** By a table of each row's entries, filled up with a row of the lowest number: as wide as the row with the most entries. */
function meaningOf({ starts, columns, rows, cols }: Csr, byEntry: boolean, x: Tensor): Tensor {
  const counts = Array.from({ length: rows }, (_, i) => starts[i + 1]! - starts[i]!);
  const most = counts.reduce((top, count) => Math.max(top, count), 1);
  const none = byEntry ? columns.length : cols;
  const index = Int32Array.from({ length: rows * most }, (_, at) => {
    const [i, n] = [Math.floor(at / most), at % most];
    if (n >= counts[i]!) return none;
    return byEntry ? starts[i]! + n : columns[starts[i]! + n]!;
  });
  const filled = concat([x, constant(new Float32Array(x.shape[1]!).fill(LOWEST), [1, x.shape[1]!])]);
  const top = reduceMax(gather(filled, constant(index, [rows, most], 'int32')), { axes: [1] });
  return mul(
    top,
    constant(
      Float32Array.from(counts, (count) => Math.min(1, count)),
      [rows, 1],
    ),
  );
}
