import { checkOneOf, denseOf } from '../layers/linear.ts';
import type { NodeLayer } from '../layers/node-layer.ts';
import { neighborMax } from '../operators/segment-max.ts';
import { sparseMatmul } from '../operators/sparse-matmul.ts';
import { described } from './described.ts';

/** Ways in which the features of neighbours come together. */
export type Aggregation = 'normalized' | 'mean' | 'sum' | 'max';

const WAYS: readonly Aggregation[] = ['normalized', 'mean', 'sum', 'max'];

/**
 * What a node's neighbours come to, without parameters: Ã x, in which the node is among them, of a GCN (`normalized`); or of the others alone their mean or
 * sum by the weights of edges, or the largest of each feature; zeros without neighbours. Features must be dense.
 * @throws {InputError} `setting`, for another way
 */
export function nodeAggregate(by: Aggregation): NodeLayer<Readonly<Record<string, never>>> {
  checkOneOf("nodeAggregate's way", by, WAYS);
  const layer: NodeLayer<Readonly<Record<string, never>>> = {
    name: `nodeAggregate ${by}`,
    hops: 1,
    params: {},
    apply(_, x, { structure }) {
      if (by === 'max') return neighborMax(structure.open, denseOf(x));
      const matrix = by === 'sum' ? structure.open : structure[by];
      return sparseMatmul(matrix, denseOf(x));
    },
  };
  return described(layer, 'nodeAggregate', { by });
}
