import { checkSettings, finite, InputError } from '@unbraid/checks';
import { type Csr, csrFromEntries, type Random } from '@unbraid/kernels';
import * as z from 'zod';

/**
 * The graph after the attack DICE, "disconnect internally, connect externally" (Waniek, Michalak, Wooldridge and Rahwan 2018, arXiv 1608.00375): as many changes
 * as `level` times the number of edges, each of which takes away an edge between nodes of one class or, as often, adds one of weight 1 between nodes of
 * different classes, both drawn at random. Where one of the two can't be done any more the other is. The attacker knows every label; nodes without one
 * (−1) keep their edges and get none. From the same stream the changes of a lower level are the first of a higher one's.
 *
 * @param adjacency symmetric, without self loops
 * @param labels of the nodes
 * @throws InputError for a level that is not from 0 to 1, and for labels of other nodes
 */
export function withDice(adjacency: Csr, labels: ArrayLike<number>, level: number, random: Random): Csr {
  checkSettings('data: withDice', z.object({ level: finite({ min: 0, max: 1 }) }), { level });
  const { rows: nodes } = adjacency;
  if (labels.length !== nodes)
    throw new InputError('data', `data: withDice has ${labels.length} labels of ${nodes} nodes; give each its label`);
  const weights = new Map<number, number>();
  const inner: number[] = [];
  forEachEdge(adjacency, (key, i, j, weight) => {
    weights.set(key, weight);
    if (labels[i]! >= 0 && labels[i] === labels[j]) inner.push(key);
  });
  const order = random.split('order').permutation(inner.length);
  const [coins, ends] = [random.split('coins'), random.split('ends')];
  const known = Array.from({ length: nodes }, (_, node) => node).filter((node) => labels[node]! >= 0);
  let room = roomBetween(adjacency, labels, known);
  let removed = 0;
  for (let left = Math.round((level * adjacency.columns.length) / 2); left > 0; left--) {
    const coin = coins.int(2);
    if ((coin === 0 || room === 0) && removed < inner.length) weights.delete(inner[order[removed++]!]!);
    else if (room > 0) {
      weights.set(drawBetween(nodes, labels, known, weights, ends), 1);
      room--;
    } else break;
  }
  return symmetric(nodes, weights);
}

/** Each edge once, its key and ends i < j. */
function forEachEdge(
  { rows, starts, columns, values }: Csr,
  visit: (key: number, i: number, j: number, weight: number) => void,
): void {
  for (let i = 0; i < rows; i++) {
    for (let e = starts[i]!; e < starts[i + 1]!; e++) {
      const j = columns[e]!;
      if (i < j) visit(i * rows + j, i, j, values[e]!);
    }
  }
}

/** Pairs of nodes of different classes that are not joined. */
function roomBetween(adjacency: Csr, labels: ArrayLike<number>, known: readonly number[]): number {
  const sizes = new Map<number, number>();
  for (const node of known) sizes.set(labels[node]!, (sizes.get(labels[node]!) ?? 0) + 1);
  const squares = [...sizes.values()].reduce((sum, size) => sum + size * size, 0);
  let joined = 0;
  forEachEdge(adjacency, (_, i, j) => {
    if (labels[i]! >= 0 && labels[j]! >= 0 && labels[i] !== labels[j]) joined++;
  });
  return (known.length * known.length - squares) / 2 - joined;
}

/** The key of a pair that may be joined, of which there is one at least. */
function drawBetween(
  nodes: number,
  labels: ArrayLike<number>,
  known: readonly number[],
  taken: ReadonlyMap<number, number>,
  random: Random,
): number {
  for (;;) {
    const [a, b] = [known[random.int(known.length)]!, known[random.int(known.length)]!];
    const key = Math.min(a, b) * nodes + Math.max(a, b);
    if (labels[a] !== labels[b] && !taken.has(key)) return key;
  }
}

function symmetric(nodes: number, weights: ReadonlyMap<number, number>): Csr {
  const [rows, columns, values]: [number[], number[], number[]] = [[], [], []];
  for (const [key, weight] of weights) {
    const [i, j] = [Math.floor(key / nodes), key % nodes];
    rows.push(i, j);
    columns.push(j, i);
    values.push(weight, weight);
  }
  return csrFromEntries(nodes, nodes, { rows, columns, values });
}
