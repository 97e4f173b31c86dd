import type { MatrixLike, TargetsLike, WholeRows } from '@unbraid/checks';
import { f32, i32, type TensorSpec, type TypedArray } from '@unbraid/graph';
import { type Reading, specsOf } from '../input-spec.ts';

/** Row-major numbers: `data` has rows · cols entries. */
export interface Matrix {
  readonly data: Float32Array;
  readonly rows: number;
  readonly cols: number;
}

/** What to predict: a row of numbers for each input, or a label, counted from 0. */
export type Targets = Matrix | Int32Array;

/** Rows of one input of a model: of numbers, or of whole numbers or truth values where the input is of such. */
export type RowsLike = MatrixLike | WholeRows;

/** The inputs of a model: rows, or rows of each by name where the model names its inputs. */
export type InputsLike = RowsLike | Readonly<Record<string, RowsLike>>;

/** Inputs and what to predict for them, row by row, in every form that is taken. */
export interface DataLike {
  /**
   * `number[][]`, typed rows, or `{ data, rows, cols }` over any array of numbers. A matrix over an array of the input's type, Float32Array where the model
   * names no inputs, is read in place. For a model with named inputs a record of such rows, each row's entries one after another; where it has one, its
   * rows alone will do.
   */
  readonly x: InputsLike;
  /**
   * Classes as whole numbers from 0 (Int32Array), text or booleans; quantities as a Float32Array, one a row, or in any form of `x`. A plain
   * `number[]` is what the loss takes: classes for `softmaxCrossEntropy`, quantities for `meanSquaredError` and `meanAbsoluteError`.
   */
  readonly y: TargetsLike;
  /** How much each row counts in the loss, at least 0. Default: each as much. */
  readonly weights?: ArrayLike<number>;
}

/** Rows of numbers and what to predict for them, for a model without named inputs. */
export interface Data {
  readonly x: Matrix;
  readonly y: Targets;
  /** How much each row counts in the loss. */
  readonly weights?: Float32Array;
}

/** The rows of one tensor that a model reads. */
export interface InputRows extends Reading {
  /** Row-major: each row has `cols` entries, the product of its shape. */
  readonly data: TypedArray;
  readonly cols: number;
}

/** Inputs and what to predict for them, row by row, as they are computed with. */
export interface Samples {
  readonly rows: number;
  readonly inputs: readonly InputRows[];
  readonly y: Targets;
  /** How much each row counts in the loss. */
  readonly weights?: Float32Array;
}

/** The entries of targets, row after row. */
export const entriesOf = (y: Targets): Float32Array | Int32Array => (y instanceof Int32Array ? y : y.data);

/** Entries of targets in a row. */
export const widthOf = (y: Targets): number => (y instanceof Int32Array ? 1 : y.cols);

/** What a graph reads of a batch: the model's inputs by their keys, targets and weights. A type and not an interface, which would not pass for a record. */
export type BatchSpecs = {
  readonly [key: string]: TensorSpec;
  readonly y: TensorSpec;
};

/** The graph's inputs for `rows` rows of `samples`. */
export const batchSpecs = ({ inputs, y, weights }: Samples, rows: number): BatchSpecs => ({
  ...specsOf(inputs, rows),
  y: y instanceof Int32Array ? i32(rows) : f32(rows, y.cols),
  ...(weights && { weights: f32(rows) }),
});

/** What is read of a batch, by the keys of `batchSpecs`: all rows of it, and its entries in a row. */
export const columnsOf = ({
  inputs,
  y,
  weights,
}: Samples): { readonly key: string; readonly data: TypedArray; readonly cols: number }[] => [
  ...inputs.map(({ key, data, cols }) => ({ key, data, cols })),
  { key: 'y', data: entriesOf(y), cols: widthOf(y) },
  ...(weights ? [{ key: 'weights', data: weights, cols: 1 }] : []),
];

/** A run of rows, with views of what is read of them, by the keys of `batchSpecs`. */
export interface Slice {
  readonly rows: number;
  readonly views: Readonly<Record<string, TypedArray>>;
  readonly weights: Float32Array | undefined;
}

/** All rows in order, `size` at a time; the last slice may be shorter. */
export function slicesOf(samples: Samples, size: number): Slice[] {
  const columns = columnsOf(samples);
  return Array.from({ length: Math.ceil(samples.rows / size) }, (_, i) => {
    const [from, to] = [i * size, Math.min((i + 1) * size, samples.rows)];
    return {
      rows: to - from,
      views: Object.fromEntries(columns.map(({ key, data, cols }) => [key, data.subarray(from * cols, to * cols)])),
      weights: samples.weights?.subarray(from, to),
    };
  });
}

/** How much a run of rows counts: the sum of their weights, or their number. */
export function weightOf(weights: Float32Array | undefined, rows: number): number {
  if (weights === undefined) return rows;
  let sum = 0;
  for (const weight of weights) sum += weight;
  return sum;
}
