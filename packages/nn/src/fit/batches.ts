import type { Buffer, Source } from '@unbraid/graph';
import type { Kernels, Random } from '@unbraid/kernels';
import { type Data, entriesOf, weightOf, widthOf } from './data.ts';

/** What a step reads of its batch. */
export interface BatchInputs {
  readonly x: Buffer;
  readonly y: Buffer;
  readonly weights?: Buffer;
  readonly order?: Buffer;
}

/** The batches of an epoch, and how their rows come into the memory that a training step reads. */
export interface Batches {
  /** Rows of each batch of an epoch. */
  readonly sizes: readonly number[];
  /** Memory that steps read in place; what is missing here, `load` writes. */
  readonly sources: { readonly x?: Source; readonly y?: Source; readonly weights?: Source };
  /** Whether steps are given all rows, and pick those of their batch by `order`. */
  readonly picked: boolean;
  /** Puts the rows in the order of an epoch, a function of the epoch alone. */
  shuffle(epoch: number): void;
  load(batch: number, inputs: BatchInputs): void;
  /** How much a batch counts: its rows, or the sum of their weights. */
  weightOf(batch: number): number;
}

/** All rows in one batch, in the order given. @param changed whether batches are changed, so that `x` must be copied */
export function wholeBatch({ x, y, weights }: Data, changed: boolean): Batches {
  const read = { y: { data: entriesOf(y) }, ...(weights && { weights: { data: weights } }) };
  const weight = weightOf(weights, x.rows);
  return {
    sizes: [x.rows],
    sources: changed ? read : { x, ...read },
    picked: false,
    shuffle: () => undefined,
    load(_, inputs) {
      if (changed) inputs.x.float32.set(x.data);
    },
    weightOf: () => weight,
  };
}

export interface ShuffleOptions {
  readonly batchSize: number;
  /** Batches in an epoch; where they don't take all rows, the last rows of its order are left out. */
  readonly batches: number;
  /** Orders of epochs are drawn from its splits. */
  readonly random: Random;
  /** Whether the steps pick their rows themselves, from where the data lies; otherwise they are copied for them. */
  readonly picked: boolean;
}

/** Rows in an order drawn anew for each epoch. */
export function shuffledBatches({ x, y, weights }: Data, kernels: Kernels, options: ShuffleOptions): Batches {
  const { batchSize, batches, random, picked } = options;
  const order = new Int32Array(x.rows);
  const indices = Array.from({ length: batches }, (_, i) => order.subarray(i * batchSize, (i + 1) * batchSize));
  return {
    sizes: indices.map(({ length }) => length),
    sources: picked ? { x, y: { data: entriesOf(y) }, ...(weights && { weights: { data: weights } }) } : {},
    picked,
    shuffle: (epoch) => order.set(random.split(epoch).permutation(x.rows)),
    load(batch, inputs) {
      const rows = indices[batch]!;
      if (picked) {
        inputs.order!.int32.set(rows);
        return;
      }
      kernels.gatherRows(inputs.x.float32, x.data, x.cols, rows);
      if (y instanceof Int32Array) kernels.gatherRows(inputs.y.int32, y, 1, rows);
      else kernels.gatherRows(inputs.y.float32, y.data, widthOf(y), rows);
      if (weights) kernels.gatherRows(inputs.weights!.float32, weights, 1, rows);
    },
    weightOf(batch) {
      const rows = indices[batch]!;
      if (weights === undefined) return rows.length;
      let sum = 0;
      for (const row of rows) sum += weights[row]!;
      return sum;
    },
  };
}
