import { constant, hostOperator, mul, type Tensor } from '@unbraid/graph';
import type { Csr } from '@unbraid/kernels';
import { checkRows, type End, nodesAt, perMatrix, type Tables, tablesIn } from './pattern.ts';

/** What nodes have, over how many entries their row (or column) has: float32 [nodes, width] to the same. Nodes without entries keep theirs. @throws {ShapeError} */
export const overCounts = (matrix: Csr, x: Tensor, end: End): Tensor => operatorOf(matrix, end)(x);

const operatorOf = perMatrix('overCounts', (matrix, way): ((x: Tensor) => Tensor) => {
  const end = way as End;
  const nodes = nodesAt(matrix, end);
  return hostOperator({
    name: 'overCounts',
    type([x]) {
      checkRows('overCounts', 'what nodes have', x!, nodes);
      return x!;
    },
    meaning([x]) {
      const inverse = Float32Array.from(countsOf(matrix, end, nodes), (count) => 1 / Math.max(1, count));
      return mul(x!, constant(inverse, [nodes, 1]));
    },
    vjp: (g) => [overCounts(matrix, g, end)],
    jvp: ([t]) => t && overCounts(matrix, t, end),
    prepare(runtime, { shape }) {
      const { read, release } = tablesIn(runtime, matrix);
      const width = shape[1]!;
      return {
        run([x], out) {
          const counts = countsOf(read(), end, nodes);
          for (let i = 0; i < nodes; i++) {
            const count = Math.max(1, counts[i]!);
            for (let at = i * width; at < (i + 1) * width; at++) out[at] = (x as Float32Array)[at]! / count;
          }
        },
        release,
      };
    },
  });
});

function countsOf({ starts, columns }: Pick<Tables, 'starts' | 'columns'>, end: End, nodes: number): Int32Array {
  if (end === 'row') return Int32Array.from({ length: nodes }, (_, i) => starts[i + 1]! - starts[i]!);
  const counts = new Int32Array(nodes);
  for (const column of columns) counts[column]!++;
  return counts;
}
