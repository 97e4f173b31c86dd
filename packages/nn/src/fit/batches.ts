import type { Buffer, Source, TypedArray } from '@unbraid/graph';
import type { Kernels, Random } from '@unbraid/kernels';
import { columnsOf, type Samples, weightOf } from './data.ts';

/** What a step reads of its batch, by the keys of `batchSpecs`, and `order` where it picks the rows itself. */
export type BatchInputs = Readonly<Record<string, Buffer>>;

/** The batches of an epoch, and how their rows come into the memory that a training step reads. */
export interface Batches {
  /** Rows of each batch of an epoch. */
  readonly sizes: readonly number[];
  /** Memory that steps read in place; what is missing here, `load` writes. */
  readonly sources: Readonly<Record<string, Source>>;
  /** Whether steps are given all rows, and pick those of their batch by `order`. */
  readonly picked: boolean;
  /** Puts the rows in the order of an epoch, a function of the epoch alone. */
  shuffle(epoch: number): void;
  load(batch: number, inputs: BatchInputs): void;
  /** How much a batch counts: its rows, or the sum of their weights. */
  weightOf(batch: number): number;
}

/** All rows in one batch, in the order given. @param changed whether batches are changed, so that the model's inputs must be copied */
export function wholeBatch(samples: Samples, changed: boolean): Batches {
  const { inputs, rows, weights } = samples;
  const copied = changed ? inputs : [];
  const inPlace = columnsOf(samples).filter(({ key }) => !copied.some((input) => input.key === key));
  const weight = weightOf(weights, rows);
  return {
    sizes: [rows],
    sources: sourcesOf(inPlace),
    picked: false,
    shuffle: () => undefined,
    load(_, buffers) {
      for (const { key, data } of copied) buffers[key]!.data.set(data as never);
    },
    weightOf: () => weight,
  };
}

const sourcesOf = (columns: readonly { readonly key: string; readonly data: TypedArray }[]) =>
  Object.fromEntries(columns.map(({ key, data }): [string, Source] => [key, { data }]));

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
export function shuffledBatches(samples: Samples, kernels: Kernels, options: ShuffleOptions): Batches {
  const { batchSize, batches, random, picked } = options;
  const { weights } = samples;
  const order = new Int32Array(samples.rows);
  const indices = Array.from({ length: batches }, (_, i) => order.subarray(i * batchSize, (i + 1) * batchSize));
  const columns = columnsOf(samples);
  return {
    sizes: indices.map(({ length }) => length),
    sources: picked ? sourcesOf(columns) : {},
    picked,
    shuffle: (epoch) => order.set(random.split(epoch).permutation(samples.rows)),
    load(batch, inputs) {
      const rows = indices[batch]!;
      if (picked) {
        inputs.order!.int32.set(rows);
        return;
      }
      for (const { key, data, cols } of columns) gather(kernels, inputs[key]!.data, data, cols, rows);
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

/** The rows of `from` at `rows`, whatever their type. */
function gather(kernels: Kernels, to: TypedArray, from: TypedArray, cols: number, rows: Int32Array): void {
  if (from instanceof Float32Array || from instanceof Int32Array || from instanceof Uint32Array)
    kernels.gatherRows(to as typeof from, from, cols, rows);
  else if (from instanceof Uint8Array)
    for (let i = 0; i < rows.length; i++)
      to.set(from.subarray(rows[i]! * cols, (rows[i]! + 1) * cols) as never, i * cols);
  else kernels.gatherRows(halves(to), halves(from), 2 * cols, rows);
}

/** Entries of eight bytes as twice as many of four. */
const halves = ({ buffer, byteOffset, length }: TypedArray) =>
  new Int32Array(buffer as ArrayBuffer, byteOffset, 2 * length);
