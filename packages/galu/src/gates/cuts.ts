import { InputError } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import type { Random } from '@unbraid/kernels';

// Gates as cuts of rows z with a constant 1 as their last column: 1{u·z + c ≥ 0}, c being the gate's last entry. No cut goes through a row by its making: tables have many rows that are
// equal in some columns, and rounding would decide for all of them, one way here and another in ONNX Runtime elsewhere.

/** Gates are looked for so many times as often as there are to be, before it is said that there are none. */
const TRIES = 100;

/** One gate at a time: `draw` fills u and c, or returns false for what cuts nothing. */
function drawn(neurons: number, z: Matrix, draw: (u: Float32Array) => boolean): Matrix {
  const gates = createMatrix(neurons, z.cols);
  let tries = TRIES * neurons;
  for (let k = 0; k < neurons; ) {
    if (draw(gates.data.subarray(k * z.cols, (k + 1) * z.cols))) k++;
    else if (--tries === 0) {
      throw new InputError(
        'data',
        `galu: of the ${z.rows} rows of X hardly any two differ, so there are no gates between them; give other rows`,
      );
    }
  }
  return gates;
}

/** u = a − b, with c so that the cut is a share of the way from b to a, in double precision. False where a and b are equal. */
export function cutBetween(a: ArrayLike<number>, b: ArrayLike<number>, u: Float32Array, share = 0.5): boolean {
  const last = u.length - 1;
  let [offset, differs] = [0, false];
  for (let j = 0; j < last; j++) {
    u[j] = a[j]! - b[j]!;
    differs ||= u[j] !== 0;
    offset -= u[j]! * (b[j]! + share * (a[j]! - b[j]!));
  }
  u[last] = offset;
  return differs;
}

/** Gates between random rows, at 0.4 to 0.6 of the way: rows that are as far from both as from each other are no rarity. @throws {InputError} where hardly any rows differ */
export function differenceGates(neurons: number, z: Matrix, random: Random): Matrix {
  const row = () => {
    const at = random.int(z.rows) * z.cols;
    return z.data.subarray(at, at + z.cols);
  };
  return drawn(neurons, z, (u) => cutBetween(row(), row(), u, 0.4 + 0.2 * random.next()));
}

/** What sparse gates are drawn by. */
export interface SparseGates {
  /** Columns that a gate has at most; each number from 1 is as likely. */
  readonly columns: number;
  readonly random: Random;
}

/** Rows among which the one is looked for whose other side a cut has a random row on. */
const CANDIDATES = 16;

/**
 * Gaussian weights of a few random columns; the cut is halfway between a random row and the nearest of 16 others, of those that aren't equal to it in these columns, so where rows are.
 * @throws {InputError} where all rows are alike
 */
export function sparseGates(neurons: number, z: Matrix, { columns: most, random }: SparseGates): Matrix {
  const last = z.cols - 1;
  const varying = varyingColumns(z, last);
  return drawn(neurons, z, (u) => {
    if (varying.length === 0) return false;
    u.fill(0);
    const chosen = distinct(varying, random.int(Math.min(most, varying.length)) + 1, random);
    const weights = random.normal(new Float32Array(chosen.length));
    chosen.forEach((j, i) => {
      u[j] = weights[i]!;
    });
    const along = (row: number) => chosen.reduce((sum, j) => sum + u[j]! * z.data[row * z.cols + j]!, 0);
    const here = along(random.int(z.rows));
    const there = neighbour(z.rows, here, { along, random });
    if (there === undefined) return false;
    u[last] = -(here + there) / 2;
    return true;
  });
}

/** The nearest other value of a few random rows; where all of them are equal, that of the first row behind a random one that differs. */
function neighbour(
  rows: number,
  here: number,
  { along, random }: { along: (row: number) => number; random: Random },
): number | undefined {
  let nearest: number | undefined;
  for (let i = 0; i < CANDIDATES; i++) {
    const value = along(random.int(rows));
    if (value !== here && (nearest === undefined || Math.abs(value - here) < Math.abs(nearest - here))) nearest = value;
  }
  const start = random.int(rows);
  for (let i = 0; nearest === undefined && i < rows; i++) {
    const value = along((start + i) % rows);
    if (value !== here) nearest = value;
  }
  return nearest;
}

/** So many different entries, each choice with the same probability. */
function distinct(of: readonly number[], count: number, random: Random): number[] {
  const rest = [...of];
  return Array.from({ length: count }, () => rest.splice(random.int(rest.length), 1)[0]!);
}

/** Columns, of the first so many, whose entries aren't all the same: others say nothing, and what they say later was never seen. */
export function varyingColumns({ data, cols }: Matrix, columns: number): number[] {
  const varies = (j: number) => {
    for (let at = j; at < data.length; at += cols) if (data[at] !== data[j]) return true;
    return false;
  };
  return Array.from({ length: columns }, (_, j) => j).filter(varies);
}
