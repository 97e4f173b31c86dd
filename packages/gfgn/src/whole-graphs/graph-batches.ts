import { inducedBatch } from '../batches/cluster-batches.ts';
import type { BatchSource, DrawnBatch } from '../batches/source.ts';
import type { Union } from './union.ts';

/** Batches of whole graphs. */
export function graphBatches({ structure, bounds }: Union, hops: number) {
  const placeOf = new Int32Array(structure.nodes).fill(-1);
  /** The batch of some graphs, in their order. */
  const batchOf = (graphs: Int32Array): DrawnBatch => {
    const ordered = graphs.toSorted();
    const sizes = Array.from(ordered, (graph) => bounds[graph + 1]! - bounds[graph]!);
    const within = new Int32Array(ordered.length + 1);
    for (const [i, size] of sizes.entries()) within[i + 1] = within[i]! + size;
    const nodes = new Int32Array(within.at(-1)!);
    for (const [i, graph] of ordered.entries())
      for (let k = 0; k < sizes[i]!; k++) nodes[within[i]! + k] = bounds[graph]! + k;
    const batch = { ...inducedBatch(structure, nodes, hops, placeOf), graphs: within };
    return { batch, learnt: Int32Array.from(ordered.keys()), targets: ordered };
  };
  /** Graphs to learn from, in an order that is drawn anew in each epoch. */
  const source = (train: Int32Array, batchSize: number): BatchSource => {
    const most = Math.min(batchSize, train.length);
    return {
      most,
      *epoch(random) {
        const order = random.split('order').permutation(train.length);
        for (let at = 0; at < train.length; at += most)
          yield batchOf(order.subarray(at, at + most).map((i) => train[i]!));
      },
    };
  };
  return { batchOf, source };
}
