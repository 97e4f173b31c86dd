import { checkFiniteValues, InputError, showValue } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { checkMatrix } from '../check-data.ts';
import type { InputMap } from '../inputs.ts';

/**
 * Gates that are given, 1{u_j·x + c_j ≥ 0}: cuts of rows as X has them. With a scaling they are carried over to scaled columns, and open for the same rows but for rounding.
 */
export interface GivenGates {
  /** U, k × d, such as the hidden weights of a trained ReLU network. */
  readonly weights: Matrix;
  /** c, one for each gate; zeros where they are left out. */
  readonly offsets?: ArrayLike<number>;
}

/** Gates that are given in either form. */
export const givenOf = (gates: Matrix | GivenGates): GivenGates => ('weights' in gates ? gates : { weights: gates });

/** @throws {InputError} unless gates are finite, of X's columns and of as many neurons as were asked for, with an offset each where they have any */
export function checkGiven(
  { weights, offsets }: GivenGates,
  { neurons, columns }: { readonly neurons: number | undefined; readonly columns: number },
): void {
  checkMatrix('galu: gates', weights);
  if (weights.cols !== columns || (neurons !== undefined && neurons !== weights.rows)) {
    throw new InputError(
      'data',
      `galu: the gates are ${weights.rows} × ${weights.cols}, X has ${columns} columns${neurons === undefined ? '' : ` and neurons is ${neurons}`}; they must agree`,
    );
  }
  if (offsets === undefined) return;
  if (typeof offsets !== 'object' || offsets === null || offsets.length !== weights.rows) {
    const found =
      typeof offsets === 'object' && offsets !== null ? `has ${offsets.length} entries` : `is ${showValue(offsets)}`;
    throw new InputError(
      'data',
      `galu: the gates' offsets ${found}, there are ${weights.rows} gates; give one for each`,
    );
  }
  checkFiniteValues("galu: the gates' offsets", offsets, 'drop such gates');
}

/** u·x + c = (u ⊙ s)·z + (c + u·mean) for x = z ⊙ s + mean. */
export function givenGates({ weights, offsets }: GivenGates, { scaling, offset = false }: InputMap): Matrix {
  if (!scaling && !offset) return weights;
  const { rows, cols } = weights;
  const gates = createMatrix(rows, cols + Number(offset));
  for (let k = 0; k < rows; k++) {
    let constant = offsets?.[k] ?? 0;
    for (let j = 0; j < cols; j++) {
      const u = weights.data[k * cols + j]!;
      gates.data[k * gates.cols + j] = u * (scaling?.scale[j] ?? 1);
      constant += u * (scaling?.mean[j] ?? 0);
    }
    if (offset) gates.data[k * gates.cols + cols] = constant;
  }
  return gates;
}
