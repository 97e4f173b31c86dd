import { InputError, showValue } from '@unbraid/checks';
import { type Csr, entryAt, type Random } from '@unbraid/kernels';

/** Pairs of nodes, by their numbers. */
export interface Pairs {
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** Pairs in every form that is taken. */
export interface PairsLike {
  readonly from: ArrayLike<number>;
  readonly to: ArrayLike<number>;
}

/** @throws {InputError} `data`, for ends that are missing, of different number, or no nodes of a graph */
export function pairsOf(name: string, given: PairsLike, nodes: number): Pairs {
  const { from, to } = given ?? {};
  for (const [end, list] of Object.entries({ from, to })) {
    if (typeof list !== 'object' || list === null || typeof list.length !== 'number')
      throw new InputError('data', `gfgn: ${name}.${end} is ${showValue(list)}; give the numbers of nodes, from 0`);
    if (list.length !== from.length)
      throw new InputError('data', `gfgn: ${name} has ${from.length} nodes in from and ${list.length} in ${end}`);
    const wrong = Array.prototype.findIndex.call(
      list,
      (node) => !(Number.isInteger(node) && node >= 0 && node < nodes),
    );
    if (wrong >= 0)
      throw new InputError(
        'data',
        `gfgn: ${name}.${end} has ${showValue(list[wrong])} at ${wrong}; the nodes are 0 to ${nodes - 1}`,
      );
  }
  return { from: Int32Array.from(from), to: Int32Array.from(to) };
}

/** Whether there is an edge; an entry of weight 0 is none. */
export function hasEdge(adjacency: Csr, from: number, to: number): boolean {
  const entry = entryAt(adjacency, from, to);
  return entry >= 0 && adjacency.values[entry] !== 0;
}

/** Draws for each pair after which the graph counts as too dense. */
const PATIENCE = 100;

/**
 * Pairs of different nodes without an edge, drawn evenly; a pair may come twice.
 * @param adjacency all edges that there are
 * @throws {InputError} `data`, where nearly all pairs have an edge
 */
export function drawNegatives(adjacency: Csr, count: number, random: Random): Pairs {
  const [from, to] = [new Int32Array(count), new Int32Array(count)];
  const nodes = adjacency.rows;
  let left = PATIENCE * count + 1000;
  for (let at = 0; at < count; left--) {
    if (left === 0)
      throw new InputError(
        'data',
        `gfgn: nearly all pairs of the ${nodes} nodes have an edge; there are too few without one to learn from`,
      );
    const [i, j] = [random.int(nodes), random.int(nodes)];
    if (i === j || hasEdge(adjacency, i, j)) continue;
    from[at] = i;
    to[at++] = j;
  }
  return { from, to };
}
