import { InputError } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import type { Random } from '@unbraid/kernels';

// Gates as cuts of rows z with a constant 1 as their last column: 1{u·z + c ≥ 0}, c being the gate's last entry.

/** Random gates are looked for so many times as often as there are gates, before it is said that there are none. */
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

/** u = a − b and c = −u·(a + b)/2, in double precision: the rows nearer to a than to b. False where they are equal. */
export function cutBetween(a: ArrayLike<number>, b: ArrayLike<number>, u: Float32Array): boolean {
  const last = u.length - 1;
  let [offset, differs] = [0, false];
  for (let j = 0; j < last; j++) {
    const difference = a[j]! - b[j]!;
    u[j] = difference;
    differs ||= u[j] !== 0;
    offset -= (difference * (a[j]! + b[j]!)) / 2;
  }
  u[last] = offset;
  return differs;
}

/** Gates halfway between random rows. @throws {InputError} where hardly any rows differ */
export function differenceGates(neurons: number, z: Matrix, random: Random): Matrix {
  const row = () => {
    const at = random.int(z.rows) * z.cols;
    return z.data.subarray(at, at + z.cols);
  };
  return drawn(neurons, z, (u) => cutBetween(row(), row(), u));
}

/**
 * Gaussian weights of a few random columns, with a random row on the edge.
 * @param options columns that at most a gate has; each number from 1 is as likely
 * @throws {InputError} where hardly any rows differ
 */
export function sparseGates(
  neurons: number,
  z: Matrix,
  { columns: most, random }: { columns: number; random: Random },
): Matrix {
  const columns = z.cols - 1;
  return drawn(neurons, z, (u) => {
    u.fill(0);
    const chosen = random.int(Math.min(most, columns)) + 1;
    const weights = random.normal(new Float64Array(chosen));
    const [edge, other] = [random.int(z.rows) * z.cols, random.int(z.rows) * z.cols];
    let [offset, differs] = [0, false];
    for (const weight of weights) {
      const j = random.int(columns);
      u[j]! += weight;
      offset -= weight * z.data[edge + j]!;
      differs ||= z.data[edge + j] !== z.data[other + j];
    }
    u[columns] = offset;
    return differs;
  });
}
