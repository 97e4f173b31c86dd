import { type Csr, csrFromEntries } from '@unbraid/kernels';
import type { EdgeReport } from './graph-data.ts';

/**
 * The symmetric adjacency matrix of edges given in any direction, once or several times; self loops are left out.
 *
 * @throws RangeError for a node out of range, with the number of the edge.
 */
export function undirected(
  nodes: number,
  sources: ArrayLike<number>,
  targets: ArrayLike<number>,
  name = 'the graph',
): { adjacency: Csr; report: EdgeReport } {
  const [rows, columns]: [number[], number[]] = [[], []];
  let selfLoops = 0;
  for (let e = 0; e < sources.length; e++) {
    const [from, to] = [sources[e]!, targets[e]!];
    for (const node of [from, to]) {
      if (!(Number.isInteger(node) && node >= 0 && node < nodes))
        throw new RangeError(`data: edge ${e} of ${name} has the node ${node}; its nodes are 0 to ${nodes - 1}`);
    }
    if (from === to) {
      selfLoops++;
      continue;
    }
    rows.push(from, to);
    columns.push(to, from);
  }
  const merged = csrFromEntries(nodes, nodes, { rows, columns });
  const edges = merged.columns.length / 2;
  const adjacency = { ...merged, values: merged.values.fill(1) };
  return { adjacency, report: { edges, selfLoops, repeated: rows.length / 2 - edges } };
}

/** Each row divided by its sum, as bags of words often are; rows that sum to 0 stay. */
export function rowNormalized(features: Csr): Csr {
  const values = features.values.slice();
  for (let row = 0; row < features.rows; row++) {
    const part = values.subarray(features.starts[row], features.starts[row + 1]);
    const sum = part.reduce((total, value) => total + value, 0);
    if (sum !== 0) for (let e = 0; e < part.length; e++) part[e]! /= sum;
  }
  return { ...features, values };
}
