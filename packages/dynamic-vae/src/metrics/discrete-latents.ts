import { InputError } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import type { Places } from './histogram-information.ts';
import { latentColumn } from './representation.ts';

/** The values of each latent, counted from 0 as they rise. */
export function latentValues(means: Matrix): Places[] {
  return Array.from({ length: means.cols }, (_, j) => {
    const latent = latentColumn(means, j);
    const distinct = [...new Set(latent)].sort((a, b) => a - b);
    const places = new Map(distinct.map((value, place) => [value, place]));
    return { of: Int32Array.from(latent, (value) => places.get(value)!), count: distinct.length };
  });
}

/** Images that share a value, on average, from which on a latent counts as discrete. */
const SHARING = 10;

/** Whether all latents have so few values that information is to be counted by value. */
export const areDiscrete = (values: readonly Places[], images: number): boolean =>
  values.every(({ count }) => count * SHARING <= images);

/** The most indicators: 1 GiB of them. */
const MOST = 2 ** 27;

/**
 * A column for each value of each latent, [images, columns] row-major: 1 where an image has it, 0 elsewhere.
 *
 * @throws {InputError} `limit` where they would take more than 1 GiB
 */
export function indicators(values: readonly Places[], images: number): { x: Float64Array; cols: number } {
  const cols = values.reduce((sum, { count }) => sum + count, 0);
  if (images * cols > MOST) {
    throw new InputError(
      'limit',
      `dynamic-vae: ${images} images with ${cols} values of latents need ${images * cols} indicators, at most ${MOST} are made; give fewer images, or discrete: false`,
    );
  }
  const x = new Float64Array(images * cols);
  let start = 0;
  for (const { of, count } of values) {
    of.forEach((place, i) => {
      x[i * cols + start + place] = 1;
    });
    start += count;
  }
  return { x, cols };
}
