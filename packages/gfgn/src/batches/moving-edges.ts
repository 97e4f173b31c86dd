import { type Runtime, type Scope, slice, type Tensor, type TensorSpec } from '@unbraid/graph';
import type { Matrix } from '@unbraid/nn';
import type { Context } from '../layers/node-layer.ts';
import { movingRows } from './moving-rows.ts';

/** What is known of the edges of one batch after another, in memory that compiled programs read. */
export interface MovingEdges {
  /** The input of a program, where something is known. */
  readonly specs: { readonly edges?: TensorSpec };
  readonly sources: { readonly edges?: { readonly data: Float32Array } };
  /** What layers hear that work on the first `count` edges of a batch. @param edges the program's input */
  of(edges: Tensor | undefined, count: number): Pick<Context, 'edgeFeatures'>;
  /** Writes the rows of `entries`; those beyond are zeros. */
  write(entries: Int32Array): void;
}

const NOTHING: MovingEdges = { specs: {}, sources: {}, of: () => ({}), write: () => {} };

/** Room for so many rows of the features of a graph's edges. A batch's edges begin with those of the nodes that later stages hear of. */
export function movingEdges(scope: Scope, runtime: Runtime, features: Matrix | undefined, rows: number): MovingEdges {
  if (!features) return NOTHING;
  const { spec, source, write } = movingRows(scope, runtime, features, rows);
  const { cols } = features;
  return {
    specs: { edges: spec },
    sources: { edges: source },
    of: (edges, count) => ({ edgeFeatures: count === rows ? edges! : slice(edges!, [0, 0], [count, cols]) }),
    write,
  };
}
