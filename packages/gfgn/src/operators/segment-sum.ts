import { gather, hostOperator, scatterAdd, type Tensor } from '@unbraid/graph';
import type { Csr } from '@unbraid/kernels';
import { overCounts } from './over-counts.ts';
import { checkRows, type End, endsOf, nodesAt, perMatrix, tablesIn } from './pattern.ts';

/** The sum over the entries of each row (or column) of what they have: float32 [entries, width] to [nodes, width]. @throws {ShapeError} */
export const segmentSum = (matrix: Csr, entries: Tensor, end: End = 'row'): Tensor => sums(matrix, end)(entries);

/** The mean over the entries of each row (or column): float32 [entries, width] to [nodes, width], zeros where there are none. @throws {ShapeError} */
export function segmentMean(matrix: Csr, entries: Tensor, end: End = 'row'): Tensor {
  checkRows('segmentMean', 'what entries have', entries, matrix.columns.length);
  return overCounts(matrix, segmentSum(matrix, entries, end), end);
}

/** What the row (or column) of each entry has: float32 [nodes, width] to [entries, width]. It is the adjoint of `segmentSum`. @throws {ShapeError} */
export const toEntries = (matrix: Csr, x: Tensor, end: End = 'row'): Tensor => spreads(matrix, end)(x);

const sums = perMatrix('segmentSum', (matrix, way): ((x: Tensor) => Tensor) => {
  const end = way as End;
  return hostOperator({
    name: 'segmentSum',
    type([x]) {
      checkRows('segmentSum', 'what entries have', x!, matrix.columns.length);
      return { shape: [nodesAt(matrix, end), x!.shape[1]!], dtype: 'float32' };
    },
    meaning: ([x]) => scatterAdd(x!, endsOf(matrix, end), nodesAt(matrix, end)),
    vjp: (g) => [toEntries(matrix, g, end)],
    jvp: ([t]) => t && segmentSum(matrix, t, end),
    prepare(runtime, { shape }) {
      const { kernels } = runtime;
      const { read, release } = tablesIn(runtime, matrix);
      const width = shape[1]!;
      return {
        run([x], out) {
          const tables = read();
          if (end === 'row') kernels.segmentSum(tables, x as Float32Array, width, out as Float32Array);
          else kernels.scatterRows(out as Float32Array, x as Float32Array, width, tables.columns);
        },
        release,
      };
    },
  });
});

const spreads = perMatrix('toEntries', (matrix, way): ((x: Tensor) => Tensor) => {
  const end = way as End;
  return hostOperator({
    name: 'toEntries',
    type([x]) {
      checkRows('toEntries', 'what nodes have', x!, nodesAt(matrix, end));
      return { shape: [matrix.columns.length, x!.shape[1]!], dtype: 'float32' };
    },
    meaning: ([x]) => gather(x!, endsOf(matrix, end)),
    vjp: (g) => [segmentSum(matrix, g, end)],
    jvp: ([t]) => t && toEntries(matrix, t, end),
    prepare(runtime, { shape }) {
      const { kernels } = runtime;
      const { read, release } = tablesIn(runtime, matrix);
      const width = shape[1]!;
      return {
        run([x], out) {
          const tables = read();
          if (end === 'row') kernels.segmentSpread(tables, x as Float32Array, width, out as Float32Array);
          else kernels.gatherRows(out as Float32Array, x as Float32Array, width, tables.columns);
        },
        release,
      };
    },
  });
});
