import type { MatrixLike, TargetsLike } from '@unbraid/checks';
import { f32, i32, type TensorSpec } from '@unbraid/graph';

/** Row-major numbers: `data` has rows · cols entries. */
export interface Matrix {
  readonly data: Float32Array;
  readonly rows: number;
  readonly cols: number;
}

/** What to predict: a row of numbers for each input, or a label, counted from 0. */
export type Targets = Matrix | Int32Array;

/** Inputs and what to predict for them, row by row, in every form that is taken. */
export interface DataLike {
  /** `number[][]`, typed rows, or `{ data, rows, cols }` over any array of numbers. A matrix over a Float32Array is read in place. */
  readonly x: MatrixLike;
  /**
   * Classes as whole numbers from 0 (Int32Array), text or booleans; quantities as a Float32Array, one a row, or in any form of `x`. A plain
   * `number[]` is what the loss takes: classes for `softmaxCrossEntropy`, quantities for `meanSquaredError` and `meanAbsoluteError`.
   */
  readonly y: TargetsLike;
  /** How much each row counts in the loss, at least 0. Default: each as much. */
  readonly weights?: ArrayLike<number>;
}

/** Inputs and what to predict for them, row by row, as they are computed with. */
export interface Data {
  readonly x: Matrix;
  readonly y: Targets;
  /** How much each row counts in the loss. */
  readonly weights?: Float32Array;
}

/** The entries of targets, row after row. */
export const entriesOf = (y: Targets): Float32Array | Int32Array => (y instanceof Int32Array ? y : y.data);

/** Entries of targets in a row. */
export const widthOf = (y: Targets): number => (y instanceof Int32Array ? 1 : y.cols);

/** What a graph reads of a batch. A type and not an interface, which would not pass for a record of specifications. */
export type BatchSpecs = {
  readonly x: TensorSpec;
  readonly y: TensorSpec;
  readonly weights?: TensorSpec;
};

/** The graph's inputs for `rows` rows of `data`. */
export const batchSpecs = ({ x, y, weights }: Data, rows: number): BatchSpecs => ({
  x: f32(rows, x.cols),
  y: y instanceof Int32Array ? i32(rows) : f32(rows, y.cols),
  ...(weights && { weights: f32(rows) }),
});

/** A run of rows, as views. */
export interface Slice {
  readonly rows: number;
  readonly x: Float32Array;
  readonly y: Float32Array | Int32Array;
  readonly weights: Float32Array | undefined;
}

/** All rows in order, `size` at a time; the last slice may be shorter. */
export function slicesOf({ x, y, weights }: Data, size: number): Slice[] {
  const [entries, width] = [entriesOf(y), widthOf(y)];
  return Array.from({ length: Math.ceil(x.rows / size) }, (_, i) => {
    const [from, to] = [i * size, Math.min((i + 1) * size, x.rows)];
    return {
      rows: to - from,
      x: x.data.subarray(from * x.cols, to * x.cols),
      y: entries.subarray(from * width, to * width),
      weights: weights?.subarray(from, to),
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
