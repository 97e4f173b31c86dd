import { checkSettings, finite } from '@unbraid/checks';
import { type Csr, csrFromEntries, type Random, rowOfEntries } from '@unbraid/kernels';
import * as z from 'zod';

/**
 * The graph with `level` times as many edges again, of weight 1, between nodes that had none and differ; fewer where the graph is complete before. From the
 * same stream the edges of a lower level are the first of a higher one's.
 *
 * @param adjacency symmetric, without self loops
 * @throws InputError for a level that is not finite or below 0
 */
export function withRandomEdges(adjacency: Csr, level: number, random: Random): Csr {
  checkSettings('data: withRandomEdges', z.object({ level: finite({ min: 0 }) }), { level });
  const { rows: nodes } = adjacency;
  const columns = [...adjacency.columns];
  const rows = [...rowOfEntries(adjacency)];
  const values = [...adjacency.values];
  const taken = new Set(rows.map((row, e) => row * nodes + columns[e]!));
  const free = (nodes * (nodes - 1) - taken.size) / 2;
  for (let left = Math.min(Math.round((level * columns.length) / 2), free); left > 0; ) {
    const [i, j] = [random.int(nodes), random.int(nodes)];
    if (i === j || taken.has(i * nodes + j)) continue;
    taken.add(i * nodes + j).add(j * nodes + i);
    rows.push(i, j);
    columns.push(j, i);
    values.push(1, 1);
    left--;
  }
  return csrFromEntries(nodes, nodes, { rows, columns, values });
}
