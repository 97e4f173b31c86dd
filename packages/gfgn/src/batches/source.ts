import type { Random } from '@unbraid/kernels';
import type { Batch } from './batch.ts';

/** A batch, and which of its nodes are learnt from, by their numbers in it. */
export interface DrawnBatch {
  readonly batch: Batch;
  readonly learnt: Int32Array;
}

/** Where batches come from. */
export interface BatchSource {
  /** The most nodes of a batch that are learnt from. */
  readonly most: number;
  /** The batches of an epoch, made when they are asked for. They follow from the stream alone. */
  epoch(random: Random): Iterable<DrawnBatch>;
}
