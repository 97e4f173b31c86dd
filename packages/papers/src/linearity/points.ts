import { createMatrix, type Matrix } from '@unbraid/data';
import type { Random } from '@unbraid/kernels';

/** Points of random direction and norm √d, so that a first layer sees numbers of size 1. */
export function pointsOnSphere(count: number, dimension: number, random: Random): Matrix {
  const points = createMatrix(count, dimension, random.normal(new Float32Array(count * dimension)));
  for (let i = 0; i < count; i++) {
    const row = points.data.subarray(i * dimension, (i + 1) * dimension);
    const scale = Math.sqrt(dimension) / Math.hypot(...row);
    row.forEach((value, t) => {
      row[t] = value * scale;
    });
  }
  return points;
}

/** `amplitude` or its negative, at random: targets that only memory can fit. */
export const randomTargets = (count: number, amplitude: number, random: Random): Matrix =>
  createMatrix(
    count,
    1,
    random.sign(new Float32Array(count)).map((sign) => amplitude * sign),
  );
