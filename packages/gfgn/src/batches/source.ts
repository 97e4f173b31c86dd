import type { Random } from '@unbraid/kernels';
import type { Batch } from './batch.ts';

/** A batch and what is learnt from it. */
export interface DrawnBatch {
  readonly batch: Batch;
  /** Rows of the outputs that are learnt from: nodes by their numbers in the batch, or graphs. */
  readonly learnt: Int32Array;
  /** Whose targets they have: nodes, or graphs, by their numbers among all. */
  readonly targets: Int32Array;
}

/** Where batches come from. */
export interface BatchSource {
  /** The most nodes of a batch that are learnt from. */
  readonly most: number;
  /** The batches of an epoch, made when they are asked for. They follow from the stream alone. */
  epoch(random: Random): Iterable<DrawnBatch>;
}
