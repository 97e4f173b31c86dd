import { InputError } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import type { Random } from '@unbraid/kernels';
import { cutBetween } from './cuts.ts';
import { kMeans } from './k-means.ts';

/** What gates between centres are made by. */
export interface KMeansGates {
  readonly clusters?: number | undefined;
  readonly sampleRows: number;
  readonly random: Random;
  readonly signal: AbortSignal | undefined;
}

/** The smallest number of centres that has so many pairs. */
const centresFor = (pairs: number): number => Math.ceil((1 + Math.sqrt(1 + 8 * pairs)) / 2);

/** Gates halfway between centres of the rows, for random pairs of them. @throws {InputError} for fewer pairs than gates, and as `kMeans` */
export function kMeansGates(neurons: number, z: Matrix, options: KMeansGates): Matrix {
  const { random, sampleRows, clusters = centresFor(neurons), signal } = options;
  const pairs = (clusters * (clusters - 1)) / 2;
  if (pairs < neurons) {
    throw new InputError(
      'setting',
      `galu: ${clusters} clusters have ${pairs} pairs, too few for ${neurons} neurons; give ${centresFor(neurons)} or more, or leave clusters out`,
    );
  }
  const seed = random.int(2 ** 31);
  const { centres } = kMeans(sampled(z, sampleRows, random), { clusters, seed, signal });
  const gates = createMatrix(neurons, z.cols);
  const order = random.permutation(pairs);
  const centre = (at: number) => centres.data.subarray(at * centres.cols, (at + 1) * centres.cols);
  for (let k = 0; k < neurons; k++) {
    const [i, j] = pairAt(order[k]!);
    cutBetween(centre(i), centre(j), gates.data.subarray(k * z.cols, (k + 1) * z.cols));
  }
  return gates;
}

/** Random rows without their constant, all where there are no more. */
function sampled(z: Matrix, most: number, random: Random): Matrix {
  const rows = z.rows <= most ? undefined : random.permutation(z.rows).subarray(0, most);
  const cols = z.cols - 1;
  const sample = createMatrix(rows?.length ?? z.rows, cols);
  for (let i = 0; i < sample.rows; i++) {
    const at = (rows?.[i] ?? i) * z.cols;
    sample.data.set(z.data.subarray(at, at + cols), i * cols);
  }
  return sample;
}

/** The pair i > j at a place in the order (1, 0), (2, 0), (2, 1), (3, 0), … */
function pairAt(place: number): [number, number] {
  let i = 1;
  let before = 0;
  while (before + i <= place) before += i++;
  return [i, place - before];
}
