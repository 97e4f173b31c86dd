import type { Buffer, Source } from '@unbraid/graph';
import type { Kernels, Random } from '@unbraid/kernels';
import { type Data, entriesOf, widthOf } from './data.ts';

/** The batches of an epoch, and how their rows come into the memory that a training step reads. */
export interface Batches {
  /** Rows of each batch of an epoch. */
  readonly sizes: readonly number[];
  /** Memory that steps read in place; what is missing here, `load` writes. */
  readonly sources: { readonly x?: Source; readonly y?: Source };
  /** Puts the rows in the order of an epoch, a function of the epoch alone. */
  shuffle(epoch: number): void;
  load(batch: number, inputs: { readonly x: Buffer; readonly y: Buffer }): void;
}

/** All rows in one batch, in the order given. @param changed whether batches are changed, so that `x` must be copied */
export function wholeBatch({ x, y }: Data, changed: boolean): Batches {
  const targets = { data: entriesOf(y) };
  return {
    sizes: [x.rows],
    sources: changed ? { y: targets } : { x, y: targets },
    shuffle: () => undefined,
    load(_, inputs) {
      if (changed) inputs.x.float32.set(x.data);
    },
  };
}

export interface ShuffleOptions {
  readonly batchSize: number;
  /** Batches in an epoch; where they don't take all rows, the last rows of its order are left out. */
  readonly batches: number;
  /** Orders of epochs are drawn from its splits. */
  readonly random: Random;
}

/** Rows in an order drawn anew for each epoch. */
export function shuffledBatches({ x, y }: Data, kernels: Kernels, options: ShuffleOptions): Batches {
  const { batchSize, batches, random } = options;
  const order = new Int32Array(x.rows);
  const indices = Array.from({ length: batches }, (_, i) => order.subarray(i * batchSize, (i + 1) * batchSize));
  return {
    sizes: indices.map(({ length }) => length),
    sources: {},
    shuffle: (epoch) => order.set(random.split(epoch).permutation(x.rows)),
    load(batch, inputs) {
      const rows = indices[batch]!;
      kernels.gatherRows(inputs.x.float32, x.data, x.cols, rows);
      if (y instanceof Int32Array) kernels.gatherRows(inputs.y.int32, y, 1, rows);
      else kernels.gatherRows(inputs.y.float32, y.data, widthOf(y), rows);
    },
  };
}
