import { checkSettings, finite, InputError, integer } from '@unbraid/checks';
import { type Csr, createRandom, csrFromEntries, rowOfEntries } from '@unbraid/kernels';
import { object } from 'zod';
import { checkSymmetric } from '../graphs/check-adjacency.ts';
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
}

const schema = object({
  validation: finite({ min: 0, below: 1 }).default(0.05),
  test: finite({ min: 0, below: 1 }).default(0.1),
  seed: integer().default(0),
});

/**
 * Holds out edges of an undirected graph at random, and draws as many pairs without an edge. Self loops are left out, and entries
 * of weight 0, which are no edges.
 * @throws {InputError} for a graph that isn't undirected, and parts that leave no edge to learn from
 */
export function splitLinks(adjacency: Csr, options: SplitLinksOptions = {}): LinkSplit {
  const { validation, test, seed } = checkSettings('gfgn: splitLinks', schema, options);
  checkSymmetric(adjacency);
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
  return {
    adjacency: csrFromEntries(nodes, nodes, {
      rows: [...train.from, ...train.to],
      columns: [...train.to, ...train.from],
      values: [...weights, ...weights],
    }),
    all: adjacency,
    train,
    validation: links(order.subarray(held, held + chosen), 'validation'),
    test: links(order.subarray(0, held), 'test'),
  };
}
