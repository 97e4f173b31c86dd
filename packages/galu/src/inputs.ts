import { createMatrix, fitNormScaling, fitStandardization, type Matrix, type Scaling } from '@unbraid/data';
import { add, cast, div, matmul, slice, sub, type Tensor, transpose } from '@unbraid/graph';

/**
 * What rows go through before gates and linear parts see them: z = (x − mean) / scale of each column, computed in double precision, and then a
 * constant 1 as one column more, by which gates get offsets, 1{u·z + c ≥ 0}, and linear parts constants, w·z + v.
 */
export interface InputMap {
  /** Learned from the training rows; left out where columns stay as they are. */
  readonly scaling?: Scaling;
  /** Whether a constant is appended: gates and weights are k × (d + 1) then. */
  readonly offset?: boolean;
}

/** How columns are scaled: each to a deviation of 1, or all by one number. */
export type ScalingKind = 'standardize' | 'norm';

/** Learns a scaling from training rows, in double precision. A column that is constant becomes 0. */
export const fitScaling = (x: Matrix, kind: ScalingKind): Scaling =>
  kind === 'norm' ? fitNormScaling(x) : fitStandardization(x);

/** Columns that a network takes. */
export const inputColumns = ({ gates, offset = false }: InputMap & { readonly gates: Matrix }): number =>
  gates.cols - Number(offset);

/** Rows as gates and linear parts see them: X itself where nothing is done to it, else a copy. */
export function mapInputs({ scaling, offset = false }: InputMap, x: Matrix): Matrix {
  if (!scaling && !offset) return x;
  const cols = x.cols + Number(offset);
  const z = createMatrix(x.rows, cols);
  if (offset) z.data.fill(1);
  for (let i = 0; i < x.rows; i++) {
    const [from, to] = [i * x.cols, i * cols];
    for (let j = 0; j < x.cols; j++) {
      const value = x.data[from + j]!;
      z.data[to + j] = scaling ? (value - scaling.mean[j]!) / scaling.scale[j]! : value;
    }
  }
  return z;
}

/** The scaling of a graph's rows, in double precision as `mapInputs` does it; mean and scale are float64. */
export const scaledRows = (x: Tensor, mean: Tensor, scale: Tensor): Tensor =>
  cast(div(sub(cast(x, 'float64'), mean), scale), 'float32');

/** X Uᵀ, n × k. With an offset U has a column more than X, that of the constant. */
export function productOf(x: Tensor, u: Tensor, offset: boolean): Tensor {
  if (!offset) return matmul(x, u, { transposeB: true });
  const [rows, cols] = u.shape as readonly [number, number];
  const linear = matmul(x, slice(u, [0, 0], [rows, cols - 1]), { transposeB: true });
  return add(linear, transpose(slice(u, [0, cols - 1], [rows, cols])));
}
