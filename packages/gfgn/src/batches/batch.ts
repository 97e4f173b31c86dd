import { rowSums } from '../graphs/entries.ts';
import { createKeeper } from '../keeper.ts';
import type { Structure } from '../structure.ts';

/**
 * A part of a graph on which a step is made. Its nodes are numbered anew: those whose outputs count come first, then the nodes that these hear of, and so
 * on, hop by hop.
 */
export interface Batch {
  /** The number in the graph of each node. */
  readonly nodes: Int32Array;
  /** How many nodes are within r hops of those whose outputs count, r from 0; the last is all. */
  readonly within: readonly number[];
  /** Where the edges of each node begin that hears of others, and the end: of all but the nodes of the last hop. */
  readonly starts: Int32Array;
  /** Which node of the batch is at the other end, ascending for each node. */
  readonly columns: Int32Array;
  /** Of each edge; where neighbours were sampled, times how many there are for one that was taken, so that sums are right in the mean. */
  readonly weights: Float32Array;
  /** Which entry of the structure's `open` each edge is. */
  readonly entries: Int32Array;
  readonly tables: NodeTables;
  /** Where the nodes of each graph begin, and the end, where they are those of several. */
  readonly graphs?: Int32Array | undefined;
}

/** What a step reads of nodes besides edges. */
export interface NodeTables {
  /** √D_i. */
  readonly roots: Float32Array;
  /** What the weights of a node's edges add up to, without its self loop. */
  readonly sums: Float32Array;
  /** Weights of self loops, the I of A + I. */
  readonly loops: Float32Array;
}

const known = createKeeper<Structure, NodeTables>();

/** The tables of all nodes of a graph, made once. */
export const nodeTables = (structure: Structure): NodeTables =>
  known(structure, () => {
    const { open, roots, loops } = structure;
    return { roots, sums: Float32Array.from(rowSums(open)), loops };
  });

/** The tables of some nodes. */
export const tablesOf = ({ roots, sums, loops }: NodeTables, nodes: Int32Array): NodeTables => ({
  roots: pick(roots, nodes),
  sums: pick(sums, nodes),
  loops: pick(loops, nodes),
});

/** By a loop: `Float32Array.from` goes through an iterator, and takes ten times as long. */
function pick(values: Float32Array, nodes: Int32Array): Float32Array {
  const picked = new Float32Array(nodes.length);
  for (let i = 0; i < nodes.length; i++) picked[i] = values[nodes[i]!]!;
  return picked;
}
