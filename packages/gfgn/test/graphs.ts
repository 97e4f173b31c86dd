import { createRandom, csrFromEntries, type Random } from '@unbraid/kernels';
import fc from 'fast-check';
import type { NodeGraph } from '../src/index.ts';

/** An undirected graph of `nodes` with about `edges` edges, self loops and lonely nodes as they come. */
export function randomGraph(nodes: number, edges: number, random: Random) {
  const pairs = Array.from({ length: edges }, () => [random.int(nodes), random.int(nodes)] as const);
  const unique = [
    ...new Map(pairs.flatMap(([i, j]) => [[i, j] as const, [j, i] as const]).map((e) => [e.join(), e])).values(),
  ];
  return csrFromEntries(nodes, nodes, { rows: unique.map(([i]) => i), columns: unique.map(([, j]) => j) });
}

/** Any small undirected graph, one node and no edges among them. */
export const anyGraph = fc
  .record({ nodes: fc.integer({ min: 1, max: 7 }), edges: fc.nat(12), seed: fc.nat() })
  .map(({ nodes, edges, seed }) => randomGraph(nodes, edges, createRandom(seed)));

/** Two groups of nodes whose features tell them apart weakly and whose edges stay within groups. */
export function twoGroups(nodes = 60, seed = 1): NodeGraph {
  const random = createRandom(seed);
  const labels = Int32Array.from({ length: nodes }, (_, i) => i % 2);
  const pairs = Array.from({ length: 4 * nodes }, () => {
    const i = random.int(nodes);
    return [i, (i + 2 * random.int(nodes / 2)) % nodes] as const;
  }).filter(([i, j]) => i !== j);
  const adjacency = csrFromEntries(nodes, nodes, {
    rows: pairs.flat(),
    columns: pairs.flatMap(([i, j]) => [j, i]),
  });
  const simple = { ...adjacency, values: adjacency.values.map(() => 1) };
  const data = random.normal(new Float32Array(nodes * 6));
  for (let i = 0; i < nodes; i++) for (let d = 0; d < 3; d++) data[6 * i + d]! += labels[i] === 1 ? 0.6 : -0.6;
  return { adjacency: simple, features: { data, rows: nodes, cols: 6 }, labels, classes: 2 };
}
