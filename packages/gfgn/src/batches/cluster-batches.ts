import type { Random } from '@unbraid/kernels';
import { rowSums } from '../graphs/entries.ts';
import type { Structure } from '../structure.ts';
import type { Batch } from './batch.ts';
import { partitionNodes } from './partition.ts';
import type { BatchSource } from './source.ts';

/** How a graph is cut into batches. */
export interface ClusterOptions {
  /** How many parts the graph is cut into. */
  readonly parts: number;
  /** How many parts, drawn anew in each epoch, make a batch. Default 1. */
  readonly together?: number | undefined;
}

/**
 * Parts of a graph as batches (Chiang et al. 2019, Cluster-GCN): the nodes of some parts and all edges between them, with degrees that these have. Parts without nodes to
 * learn from bring their edges to others.
 */
export function clusterBatches(
  structure: Structure,
  train: Int32Array,
  { parts, together = 1 }: ClusterOptions,
  hops: number,
  random: Random,
): BatchSource {
  const partOf = partitionNodes(structure.open, parts, random);
  const members = Array.from({ length: parts }, () => [] as number[]);
  for (const [node, part] of partOf.entries()) members[part]!.push(node);
  const isLearnt = new Uint8Array(structure.nodes);
  for (const node of train) isLearnt[node] = 1;
  const learntIn = members.map((nodes) => nodes.reduce((sum, node) => sum + isLearnt[node]!, 0));
  const most = learntIn
    .toSorted((a, b) => b - a)
    .slice(0, together)
    .reduce((sum, count) => sum + count, 0);
  const placeOf = new Int32Array(structure.nodes).fill(-1);
  return {
    most,
    *epoch(stream) {
      const order = stream.split('order').permutation(parts);
      for (let at = 0; at < parts; at += together) {
        const nodes = Int32Array.from(
          Array.from(order.subarray(at, at + together)).flatMap((part) => members[part]!),
        ).sort();
        const learnt = Int32Array.from(nodes.keys()).filter((row) => isLearnt[nodes[row]!] === 1);
        const targets = learnt.map((row) => nodes[row]!);
        if (learnt.length > 0) yield { batch: inducedBatch(structure, nodes, hops, placeOf), learnt, targets };
      }
    },
  };
}

/** The part of a graph between some nodes, ascending; `placeOf` is −1 everywhere, before and after. */
export function inducedBatch({ open, loops }: Structure, nodes: Int32Array, hops: number, placeOf: Int32Array): Batch {
  for (const [row, node] of nodes.entries()) placeOf[node] = row;
  const starts = new Int32Array(nodes.length + 1);
  const [columns, entries, weights]: [number[], number[], number[]] = [[], [], []];
  for (const [row, node] of nodes.entries()) {
    for (let e = open.starts[node]!; e < open.starts[node + 1]!; e++) {
      const place = placeOf[open.columns[e]!]!;
      if (place < 0) continue;
      columns.push(place);
      entries.push(e);
      weights.push(open.values[e]!);
    }
    starts[row + 1] = columns.length;
  }
  for (const node of nodes) placeOf[node] = -1;
  const values = Float32Array.from(weights);
  const sums = Float32Array.from(rowSums({ rows: nodes.length, starts, values }));
  const own = Float32Array.from(nodes, (node) => loops[node]!);
  return {
    ...{ nodes, within: new Array<number>(hops + 1).fill(nodes.length), starts },
    ...{ columns: Int32Array.from(columns), entries: Int32Array.from(entries), weights: values },
    tables: { sums, loops: own, roots: sums.map((sum, i) => Math.sqrt(sum + own[i]!)) },
  };
}
