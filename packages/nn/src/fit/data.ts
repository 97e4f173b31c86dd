import { f32, i32, type TensorSpec } from '@unbraid/graph';

/** Row-major numbers: `data` has rows · cols entries. */
export interface Matrix {
  readonly data: Float32Array;
  readonly rows: number;
  readonly cols: number;
}

/** What to predict: a row of numbers for each input, or a label, counted from 0. */
export type Targets = Matrix | Int32Array;

/** Inputs and what to predict for them, row by row. */
export interface Data {
  readonly x: Matrix;
  readonly y: Targets;
}

/** The entries of targets, row after row. */
export const entriesOf = (y: Targets): Float32Array | Int32Array => (y instanceof Int32Array ? y : y.data);

/** Entries of targets in a row. */
export const widthOf = (y: Targets): number => (y instanceof Int32Array ? 1 : y.cols);

/** The graph's inputs for `rows` rows of `data`. */
export const batchSpecs = ({ x, y }: Data, rows: number): { readonly x: TensorSpec; readonly y: TensorSpec } => ({
  x: f32(rows, x.cols),
  y: y instanceof Int32Array ? i32(rows) : f32(rows, y.cols),
});

/** A run of rows, as views. */
export interface Slice {
  readonly rows: number;
  readonly x: Float32Array;
  readonly y: Float32Array | Int32Array;
}

/** All rows in order, `size` at a time; the last slice may be shorter. */
export function slicesOf({ x, y }: Data, size: number): Slice[] {
  const [entries, width] = [entriesOf(y), widthOf(y)];
  return Array.from({ length: Math.ceil(x.rows / size) }, (_, i) => {
    const [from, to] = [i * size, Math.min((i + 1) * size, x.rows)];
    return {
      rows: to - from,
      x: x.data.subarray(from * x.cols, to * x.cols),
      y: entries.subarray(from * width, to * width),
    };
  });
}
