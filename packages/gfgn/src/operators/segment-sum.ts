import { constant, gather, hostOperator, mul, scatterAdd, type Tensor } from '@unbraid/graph';
import type { Csr } from '@unbraid/kernels';
import { checkRows, clearRest, type End, endsOf, nodesAt, perMatrix, type Tables, tablesIn } from './pattern.ts';

/** The sum over the entries of each row (or column) of what they have: float32 [entries, width] to [nodes, width]. @throws {ShapeError} */
export const segmentSum = (matrix: Csr, entries: Tensor, end: End = 'row'): Tensor => sums(matrix, end)(entries);

/** The mean over the entries of each row (or column): float32 [entries, width] to [nodes, width], zeros where there are none. @throws {ShapeError} */
export const segmentMean = (matrix: Csr, entries: Tensor, end: End = 'row'): Tensor =>
  sums(matrix, `${end} mean`)(entries);

/** What the row (or column) of each entry has: float32 [nodes, width] to [entries, width]. It is the adjoint of `segmentSum`. @throws {ShapeError} */
export const toEntries = (matrix: Csr, x: Tensor, end: End = 'row'): Tensor => spreads(matrix, end)(x);

interface Way {
  readonly end: End;
  /** Whether what a node gets or sends is divided by the number of its entries. */
  readonly mean: boolean;
}

const wayOf = (way: string): Way => ({ end: way.startsWith('row') ? 'row' : 'column', mean: way.endsWith('mean') });

const sums = perMatrix('segmentSum', (matrix, way): ((x: Tensor) => Tensor) => {
  const { end, mean } = wayOf(way);
  const entries = matrix.columns.length;
  return hostOperator({
    name: mean ? 'segmentMean' : 'segmentSum',
    type([x]) {
      checkRows(mean ? 'segmentMean' : 'segmentSum', 'what entries have', x!, entries);
      return { shape: [nodesAt(matrix, end), x!.shape[1]!], dtype: 'float32' };
    },
    meaning([x]) {
      const sum = scatterAdd(x!, endsOf(matrix, end), nodesAt(matrix, end));
      return mean ? mul(sum, inverseCounts(matrix, end)) : sum;
    },
    vjp: (g) => [spreads(matrix, way)(g)],
    jvp: ([t]) => t && sums(matrix, way)(t),
    prepare(runtime) {
      const { read, release } = tablesIn(runtime, matrix);
      return {
        run([x], out) {
          const tables = read();
          (out as Float32Array).fill(0);
          walk(tables, end, out.length / nodesAt(matrix, end), (node, e, width) => {
            for (let d = 0; d < width; d++)
              (out as Float32Array)[node * width + d]! += (x as Float32Array)[e * width + d]!;
          });
          if (mean) divideByCounts(tables, end, out as Float32Array, nodesAt(matrix, end));
        },
        release,
      };
    },
  });
});

const spreads = perMatrix('toEntries', (matrix, way): ((x: Tensor) => Tensor) => {
  const { end, mean } = wayOf(way);
  return hostOperator({
    name: 'toEntries',
    type([x]) {
      checkRows('toEntries', 'what nodes have', x!, nodesAt(matrix, end));
      return { shape: [matrix.columns.length, x!.shape[1]!], dtype: 'float32' };
    },
    meaning: ([x]) => gather(mean ? mul(x!, inverseCounts(matrix, end)) : x!, endsOf(matrix, end)),
    vjp: (g) => [sums(matrix, way)(g)],
    jvp: ([t]) => t && spreads(matrix, way)(t),
    prepare(runtime, { shape }) {
      const { read, release } = tablesIn(runtime, matrix);
      return {
        run([x], out) {
          const tables = read();
          clearRest(tables.starts, shape[1]!, out as Float32Array);
          const counts = mean ? countsOf(tables, end, nodesAt(matrix, end)) : undefined;
          walk(tables, end, x!.length / nodesAt(matrix, end), (node, e, width) => {
            const scale = counts ? 1 / counts[node]! : 1;
            for (let d = 0; d < width; d++) out[e * width + d] = scale * (x as Float32Array)[node * width + d]!;
          });
        },
        release,
      };
    },
  });
});

/** Visits each entry with its node at one end. */
function walk(
  { starts, columns }: Tables,
  end: End,
  width: number,
  visit: (node: number, e: number, width: number) => void,
): void {
  for (let i = 0; i + 1 < starts.length; i++) {
    for (let e = starts[i]!; e < starts[i + 1]!; e++) visit(end === 'row' ? i : columns[e]!, e, width);
  }
}

function countsOf({ starts, columns }: Pick<Tables, 'starts' | 'columns'>, end: End, nodes: number): Int32Array {
  const counts = new Int32Array(nodes);
  if (end === 'row') for (let i = 0; i < nodes; i++) counts[i] = starts[i + 1]! - starts[i]!;
  // Tables may have room for more entries than there are.
  else for (let e = 0; e < starts[starts.length - 1]!; e++) counts[columns[e]!]!++;
  return counts;
}

function divideByCounts(tables: Tables, end: End, out: Float32Array, nodes: number): void {
  const counts = countsOf(tables, end, nodes);
  const width = out.length / nodes;
  for (let i = 0; i < nodes; i++) {
    if (counts[i]! > 1) for (let at = i * width; at < (i + 1) * width; at++) out[at]! /= counts[i]!;
  }
}

function inverseCounts(matrix: Csr, end: End): Tensor {
  const nodes = nodesAt(matrix, end);
  const inverse = Float32Array.from(countsOf(matrix, end, nodes), (count) => 1 / Math.max(1, count));
  return constant(inverse, [nodes, 1]);
}
