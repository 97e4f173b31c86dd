import { checkSettings, finite, given, InputError, integer, type MatrixLike } from '@unbraid/checks';
import { type Csr, createRandom, csrFromEntries, entryAt, rowOfEntries } from '@unbraid/kernels';
import type { Matrix } from '@unbraid/nn';
import { object } from 'zod';
import { checkSymmetric } from '../graphs/check-adjacency.ts';
import { edgeFeaturesOf } from '../node-graph.ts';
import { drawNegatives, type Pairs } from './pairs.ts';

/** Pairs with an edge, and as many without. */
export interface Links {
  readonly positive: Pairs;
  readonly negative: Pairs;
}

/** Edges by what they are used for. */
export interface LinkSplit {
  /** Along which nodes hear of each other: edges to learn from alone. */
  readonly adjacency: Csr;
  /** A row for each entry of `adjacency`, where something is known of edges. */
  readonly edgeFeatures?: Matrix | undefined;
  /** All edges, so that no pair with one counts as one without. */
  readonly all: Csr;
  /** Each edge to learn from once. */
  readonly train: Pairs;
  /** By which the best epoch is chosen; may be empty. */
  readonly validation: Links;
  /** On which the result is measured; may be empty. */
  readonly test: Links;
}

/** How edges are split. */
export interface SplitLinksOptions {
  /** Part of the edges that are held out to choose by. Default 0.05. */
  readonly validation?: number;
  /** Part of the edges that are held out to measure on. Default 0.1. */
  readonly test?: number;
  /** Default 0. */
  readonly seed?: number;
  /** What is known of edges, as in `NodeGraphLike`: a row of numbers for each entry of the matrix. */
  readonly edgeFeatures?: MatrixLike | undefined;
}

const schema = object({
  validation: finite({ min: 0, below: 1 }).default(0.05),
  test: finite({ min: 0, below: 1 }).default(0.1),
  seed: integer().default(0),
  edgeFeatures: given<MatrixLike>().optional(),
});

/**
 * Holds out edges of an undirected graph at random, and draws as many pairs without an edge. Self loops are left out, and entries
 * of weight 0, which are no edges.
 * @throws {InputError} for a graph that isn't undirected, and parts that leave no edge to learn from
 */
export function splitLinks(adjacency: Csr, options: SplitLinksOptions = {}): LinkSplit {
  const { validation, test, seed, edgeFeatures } = checkSettings('gfgn: splitLinks', schema, options);
  checkSymmetric(adjacency);
  const ofEdges = edgeFeaturesOf({ adjacency, edgeFeatures });
  const random = createRandom(seed);
  const rows = rowOfEntries(adjacency);
  const once = rows.map((_, e) => e).filter((e) => rows[e]! < adjacency.columns[e]! && adjacency.values[e] !== 0);
  const order = random
    .split('order')
    .permutation(once.length)
    .map((at) => once[at]!);
  const [held, chosen] = [Math.round(test * once.length), Math.round(validation * once.length)];
  if (once.length - held - chosen < 1)
    throw new InputError(
      'setting',
      `gfgn: splitLinks leaves none of ${once.length} edges to learn from; hold out fewer`,
    );
  const pairs = (entries: Int32Array): Pairs => ({
    from: entries.map((e) => rows[e]!),
    to: entries.map((e) => adjacency.columns[e]!),
  });
  const links = (entries: Int32Array, name: string): Links => ({
    positive: pairs(entries),
    negative: drawNegatives(adjacency, entries.length, random.split(name)),
  });
  const kept = order.subarray(held + chosen).toSorted();
  const train = pairs(kept);
  const weights = Array.from(kept, (e) => adjacency.values[e]!);
  const { rows: nodes } = adjacency;
  const heard = csrFromEntries(nodes, nodes, {
    rows: [...train.from, ...train.to],
    columns: [...train.to, ...train.from],
    values: [...weights, ...weights],
  });
  return {
    adjacency: heard,
    ...(ofEdges && { edgeFeatures: featuresAlong(heard, adjacency, ofEdges) }),
    all: adjacency,
    train,
    validation: links(order.subarray(held, held + chosen), 'validation'),
    test: links(order.subarray(0, held), 'test'),
  };
}

/** The features of those edges of a matrix that another one has, in the order of that one's entries. */
function featuresAlong(some: Csr, all: Csr, { data, cols }: Matrix): Matrix {
  const rows = rowOfEntries(some);
  const picked = new Float32Array(rows.length * cols);
  for (const [at, row] of rows.entries()) {
    const e = entryAt(all, row, some.columns[at]!);
    picked.set(data.subarray(e * cols, (e + 1) * cols), at * cols);
  }
  return { data: picked, rows: rows.length, cols };
}
