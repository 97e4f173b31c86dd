import { checkSettings, count, InputError, integer, type MatrixLike, toMatrix } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { createRandom, type Random } from '@unbraid/kernels';
import * as z from 'zod';
import { runSettings } from '../run-once.ts';

/** What `kMeans` takes beside rows. */
export interface KMeansOptions {
  readonly clusters: number;
  /** Of the first centres; 0 by default. */
  readonly seed?: number;
  /** First centres, clusters × d, in place of k-means++. */
  readonly centres?: MatrixLike;
  /** 300 by default. */
  readonly maxIterations?: number;
  /** When aborted, its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** What k-means found. */
export interface KMeans {
  /** clusters × d */
  readonly centres: Matrix;
  /** The centre of each row: its place from 0. */
  readonly nearest: Int32Array;
  /** Σ over rows of the squared distance to the nearest centre. */
  readonly inertia: number;
  readonly iterations: number;
}

const settings = z.object({
  clusters: count(),
  seed: integer().default(0),
  centres: z.custom<MatrixLike>().optional(),
  maxIterations: count().default(300),
  signal: runSettings.signal,
});

/**
 * Lloyd's algorithm (1982), from first centres by greedy k-means++ (Arthur and Vassilvitskii 2007), until no row changes its centre. In double precision and in one thread: the
 * same numbers everywhere. A centre that loses all its rows moves to the row that is farthest from its own.
 * @throws {InputError} for options that can't be, rows that aren't finite, and fewer different rows than clusters
 * @throws the signal's reason when it is aborted
 */
export function kMeans(rows: MatrixLike, options: KMeansOptions): KMeans {
  const { clusters, seed, centres: given, maxIterations, signal } = checkSettings('galu: kMeans', settings, options);
  const x = toMatrix('galu: the rows of kMeans', rows);
  const first = given === undefined ? plusPlus(x, clusters, createRandom(seed)) : givenCentres(given, x, clusters);
  return lloyd(x, first, { maxIterations, signal });
}

function givenCentres(given: MatrixLike, x: Matrix, clusters: number): Float64Array {
  const { data, rows, cols } = toMatrix('galu: the centres of kMeans', given);
  if (rows === clusters && cols === x.cols) return Float64Array.from(data);
  throw new InputError('data', `galu: the centres of kMeans are ${rows} × ${cols}; ${clusters} × ${x.cols} are needed`);
}

/** |x_i − c|² for the row and the centre that begin there. */
function squaredDistance(x: Float32Array, i: number, c: ArrayLike<number>, at: number, cols: number): number {
  let sum = 0;
  for (let j = 0; j < cols; j++) {
    const difference = x[i + j]! - c[at + j]!;
    sum += difference * difference;
  }
  return sum;
}

/** First centres, each a row: of a few candidates, drawn by their squared distance from the centres before, the one that lowers the sum of squares most. */
function plusPlus({ data, rows, cols }: Matrix, clusters: number, random: Random): Float64Array {
  const centres = new Float64Array(clusters * cols);
  const trials = 2 + Math.floor(Math.log(clusters));
  let nearest = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
  for (let c = 0; c < clusters; c++) {
    let [best, bestSum, bestNearest] = [-1, Number.POSITIVE_INFINITY, nearest];
    for (let trial = 0; trial < (c === 0 ? 1 : trials); trial++) {
      const at = c === 0 ? random.int(rows) : drawn(nearest, random);
      if (at < 0) {
        throw new InputError(
          'data',
          `galu: k-means: ${clusters} clusters, and the ${rows} rows have ${c} different values; take fewer`,
        );
      }
      const next = nearest.map((before, i) => Math.min(before, squaredDistance(data, i * cols, data, at * cols, cols)));
      const sum = next.reduce((total, value) => total + value, 0);
      if (sum < bestSum || best < 0) [best, bestSum, bestNearest] = [at, sum, next];
    }
    nearest = bestNearest;
    centres.set(data.subarray(best * cols, (best + 1) * cols), c * cols);
  }
  return centres;
}

/** A place, drawn in proportion to its weight; −1 where all are 0. */
function drawn(weights: Float64Array, random: Random): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0)) return -1;
  let left = random.next() * total;
  let last = -1;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i]! === 0) continue;
    last = i;
    left -= weights[i]!;
    if (left < 0) break;
  }
  return last;
}

interface LloydOptions {
  readonly maxIterations: number;
  readonly signal: AbortSignal | undefined;
}

function lloyd(x: Matrix, centres: Float64Array, { maxIterations, signal }: LloydOptions): KMeans {
  const { rows, cols } = x;
  const clusters = centres.length / cols;
  const nearest = new Int32Array(rows).fill(-1);
  const distance = new Float64Array(rows);
  let [iterations, changed] = [0, assign(x, centres, nearest, distance)];
  while (changed && iterations < maxIterations) {
    signal?.throwIfAborted();
    moveCentres(x, centres, nearest, distance);
    changed = assign(x, centres, nearest, distance);
    iterations++;
  }
  const inertia = distance.reduce((sum, value) => sum + value, 0);
  return { centres: createMatrix(clusters, cols, Float32Array.from(centres)), nearest, inertia, iterations };
}

/** Gives each row its nearest centre, of equal ones the first. Returns whether any changed. */
function assign(
  { data, rows, cols }: Matrix,
  centres: Float64Array,
  nearest: Int32Array,
  distance: Float64Array,
): boolean {
  let changed = false;
  for (let i = 0; i < rows; i++) {
    let [best, least] = [0, Number.POSITIVE_INFINITY];
    for (let c = 0; c * cols < centres.length; c++) {
      const squared = squaredDistance(data, i * cols, centres, c * cols, cols);
      if (squared < least) [best, least] = [c, squared];
    }
    changed ||= nearest[i] !== best;
    nearest[i] = best;
    distance[i] = least;
  }
  return changed;
}

/** Centres become the means of their rows. */
function moveCentres(
  { data, rows, cols }: Matrix,
  centres: Float64Array,
  nearest: Int32Array,
  distance: Float64Array,
): void {
  const counts = new Float64Array(centres.length / cols);
  for (const c of nearest) counts[c]!++;
  for (let c = 0; c < counts.length; c++) {
    if (counts[c]! > 0) continue;
    let far = 0;
    for (let i = 1; i < rows; i++) if (counts[nearest[i]!]! > 1 && distance[i]! > distance[far]!) far = i;
    counts[nearest[far]!]!--;
    nearest[far] = c;
    distance[far] = 0;
    counts[c] = 1;
  }
  centres.fill(0);
  for (let i = 0; i < rows; i++) {
    const to = nearest[i]! * cols;
    for (let j = 0; j < cols; j++) centres[to + j]! += data[i * cols + j]! / counts[nearest[i]!]!;
  }
}
