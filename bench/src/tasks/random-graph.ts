import { csrFromEntries } from '@unbraid/gfgn';
import { createRandom, type Random } from '@unbraid/kernels';
import type { TrainingGraph } from './gfgn.ts';

export interface RandomGraph {
  readonly nodes: number;
  /** Undirected, between nodes drawn evenly, each once. */
  readonly edges: number;
  readonly features: number;
  readonly classes: number;
  /** Nodes to train on. */
  readonly trained: number;
}

/** A graph with normal features and labels that mean nothing. The same seed gives the same graph. */
export function randomGraph({ nodes, edges, features, classes, trained }: RandomGraph, seed: number): TrainingGraph {
  const random = createRandom(seed);
  const ends = drawEdges(nodes, edges, random.split('edges'));
  const ofLabels = random.split('labels');
  return {
    graph: {
      adjacency: csrFromEntries(nodes, nodes, ends),
      features: {
        rows: nodes,
        cols: features,
        data: random.split('features').normal(new Float32Array(nodes * features)),
      },
      labels: Int32Array.from({ length: nodes }, () => ofLabels.int(classes)),
      classes,
    },
    train: Int32Array.from(random.split('train').permutation(nodes).subarray(0, trained)).sort(),
  };
}

/** Different pairs of nodes, by rejection, in both directions. */
function drawEdges(nodes: number, count: number, random: Random): { rows: Int32Array; columns: Int32Array } {
  const [rows, columns] = [new Int32Array(2 * count), new Int32Array(2 * count)];
  const taken = new Set<number>();
  while (taken.size < count) {
    const [i, j] = [random.int(nodes), random.int(nodes)];
    const pair = Math.min(i, j) * nodes + Math.max(i, j);
    if (i === j || taken.has(pair)) continue;
    const at = 2 * taken.size;
    rows.set([i, j], at);
    columns.set([j, i], at);
    taken.add(pair);
  }
  return { rows, columns };
}
