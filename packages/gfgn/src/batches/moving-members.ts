import type { Arena, Csr } from '@unbraid/kernels';
import { changingTables, refreshTables } from '../operators/placed.ts';

/** Which nodes belong to which graph, of one batch after another. */
export interface MovingMembers {
  /** [graphs, nodes]: rows of the mean of each graph's nodes. */
  readonly mean: Csr;
  /** [nodes, graphs]: 1 at the graph of each node. */
  readonly of: Csr;
  /** @param bounds where the nodes of each graph begin, and the end */
  write(bounds: Int32Array, arena: Arena): void;
}

/** Room for the nodes of graphs. Those that a batch doesn't fill belong to the last one, in which they count nothing. */
export function movingMembers(nodes: number, graphs: number): MovingMembers {
  const mean = changingTables<Csr>({
    ...{ rows: graphs, cols: nodes },
    starts: new Int32Array(graphs + 1).fill(nodes, graphs),
    columns: Int32Array.from({ length: nodes }, (_, i) => i),
    values: new Float32Array(nodes),
  });
  const of = changingTables<Csr>({
    ...{ rows: nodes, cols: graphs },
    starts: Int32Array.from({ length: nodes + 1 }, (_, i) => i),
    columns: new Int32Array(nodes).fill(graphs - 1),
    values: new Float32Array(nodes),
  });
  return {
    ...{ mean, of },
    write(bounds, arena) {
      const [count, used] = [bounds.length - 1, bounds.at(-1)!];
      for (let graph = 0; graph < count; graph++) {
        const [from, to] = [bounds[graph]!, bounds[graph + 1]!];
        mean.values.fill(1 / (to - from), from, to);
        of.columns.fill(graph, from, to);
      }
      mean.values.fill(0, used);
      of.columns.fill(graphs - 1, used);
      of.values.fill(1, 0, used).fill(0, used);
      mean.starts.set(bounds);
      mean.starts.fill(used, count).fill(nodes, graphs);
      for (const matrix of [mean, of]) refreshTables(arena, matrix);
    },
  };
}
