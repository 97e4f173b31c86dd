import { InputError } from '@unbraid/checks';
import type { Random } from '@unbraid/kernels';

export interface EdgeOptions {
  /** Each node's value of each attribute. */
  readonly attributes: readonly Int32Array[];
  readonly homophily: readonly number[];
  /** Values that an attribute takes. */
  readonly values: number;
  readonly count: number;
  readonly random: Random;
}

export interface DrawnEdges {
  readonly sources: number[];
  readonly targets: number[];
}

/** Draws for each edge after which rejection is given up: nearly all likely pairs are taken then. */
const PATIENCE = 1000;

/** Pairs that are weighed one by one where rejection was given up. */
const MOST_PAIRS = 2 ** 24;

/**
 * Different pairs of nodes, one after another, each with a chance in proportion to the product over attributes of h_k or (1 − h_k) / (values − 1). By
 * rejection, and where that takes too long the rest by weighing all pairs that are left, which draws from the same distribution.
 *
 * @throws InputError where it takes too long and there are too many pairs for that.
 */
export function drawEdges(options: EdgeOptions): DrawnEdges {
  const { attributes, homophily, values, random } = options;
  const nodes = attributes[0]!.length;
  const pairs = (nodes * (nodes - 1)) / 2;
  const count = Math.min(options.count, pairs);
  const chances = homophily.map((h) => ({ same: h, other: (1 - h) / (values - 1) }));
  const most = chances.reduce((product, { same, other }) => product * Math.max(same, other), 1);
  const chanceOf = (i: number, j: number) =>
    attributes.reduce((product, a, k) => product * (a[i] === a[j] ? chances[k]!.same : chances[k]!.other), 1);
  const stream = random.split('edges');
  const taken = new Set<number>();
  const drawn: DrawnEdges = { sources: [], targets: [] };
  const patience = PATIENCE * (count + 1000);
  for (let draws = 0; drawn.sources.length < count && draws < patience; draws++) {
    const [i, j] = [stream.int(nodes), stream.int(nodes)];
    const pair = Math.min(i, j) * nodes + Math.max(i, j);
    if (i === j || taken.has(pair)) continue;
    if (stream.next() * most >= chanceOf(i, j)) continue;
    taken.add(pair);
    drawn.sources.push(i);
    drawn.targets.push(j);
  }
  const left = count - drawn.sources.length;
  if (left === 0) return drawn;
  if (pairs > MOST_PAIRS)
    throw new InputError(
      'limit',
      `data: ${left} of ${count} edges are so improbable that drawing them takes too long; give a lower degree, or homophily nearer to ${1 / values}`,
    );
  const rest = heaviestKeys(
    nodes,
    left,
    (i, j) => (taken.has(i * nodes + j) ? 0 : chanceOf(i, j)),
    random.split('rest'),
  );
  return { sources: [...drawn.sources, ...rest.sources], targets: [...drawn.targets, ...rest.targets] };
}

/** Weighted draws without putting back: the pairs of the largest log(u) / weight (Efraimidis and Spirakis 2006). */
function heaviestKeys(
  nodes: number,
  count: number,
  weight: (i: number, j: number) => number,
  random: Random,
): DrawnEdges {
  const keys = new Float64Array((nodes * (nodes - 1)) / 2);
  const rest: DrawnEdges = { sources: [], targets: [] };
  const forEachPair = (visit: (i: number, j: number, pair: number) => void) => {
    for (let i = 0, pair = 0; i < nodes; i++) for (let j = i + 1; j < nodes; j++) visit(i, j, pair++);
  };
  forEachPair((i, j, pair) => {
    const own = weight(i, j);
    keys[pair] = own > 0 ? Math.log(1 - random.next()) / own : Number.NEGATIVE_INFINITY;
  });
  const least = keys.toSorted()[keys.length - count]!;
  forEachPair((i, j, pair) => {
    if (!(keys[pair]! >= least) || rest.sources.length === count) return;
    rest.sources.push(i);
    rest.targets.push(j);
  });
  return rest;
}
