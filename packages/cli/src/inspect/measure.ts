import { InputError } from '@unbraid/checks';
import { createMatrix, type Matrix, matrixRow, randomSigns } from '@unbraid/data';
import { once, type RunContext, RunError, type UnitsOptions } from '@unbraid/experiment';
import type { Runtime } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import {
  FEWEST_VECTORS,
  hessianNorm,
  type Kernel,
  kernelChange,
  type LinearDistance,
  linearDistance,
  movedAlong,
  shortestStep,
  tangentKernel,
} from '@unbraid/linearity';
import type { Settings } from './settings.ts';
import type { Subject } from './subject.ts';

/** The Hessian at one row. Bounds say how far a true eigenvalue is at most. */
export interface HessianEnds {
  readonly row: number;
  readonly lower: number;
  readonly lowerBound: number;
  readonly upper: number;
  readonly upperBound: number;
  readonly products: number;
  readonly converged: boolean;
  readonly kinks: readonly string[];
}

/** Distances along one direction. */
export interface Way extends LinearDistance {
  readonly name: string;
  readonly lengths: readonly number[];
}

/** The step by which the tangent model fits the rows. */
export interface Step {
  /** R = ‖d‖ */
  readonly length: number;
  readonly rank: number;
  /** By which the tangent model moves each row's output. */
  readonly change: readonly number[];
}

type Context = RunContext<Settings>;

/** What the parts of an inspection share. */
export interface Bench {
  readonly context: Context;
  readonly subject: Subject;
  readonly runtime: Runtime;
  /** Tells what is going on between the groups. */
  tell(detail: string): void;
  /** Options of the next group of this many parts. */
  next(parts: number): UnitsOptions;
}

/** Memory for the vectors of Lanczos, in bytes: the same on every machine, so that the numbers are. */
const VECTOR_BYTES = 1.5e9;
/** Gradients of a block of rows in memory, in bytes. */
const BLOCK_BYTES = 256 * 2 ** 20;

/** Inputs of a block of the kernel: as many as their gradients fit in memory. */
export const blockRows = ({ params, x }: Pick<Subject, 'params' | 'x'>): number =>
  Math.min(x.rows, Math.max(1, Math.floor(BLOCK_BYTES / (4 * params.length))));

/** Lengths of steps in units of R. */
export const STEPS = [1 / 256, 1 / 128, 1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4] as const;

const part = (x: Matrix, from: number, to: number): Matrix =>
  createMatrix(to - from, x.cols, x.data.subarray(from * x.cols, to * x.cols));

/** Both ends of the Hessian's spectrum at each of the first `rows` rows, each in a unit of its own. */
export function hessiansOf(bench: Bench, rows: number): Promise<HessianEnds[]> {
  const all = Array.from({ length: rows }, (_, row) => row);
  return bench.context.units(
    all,
    (row) => `hessian-${row}`,
    (row) => hessianAt(bench, row),
    bench.next(rows),
  );
}

async function hessianAt({ context, subject, runtime }: Bench, row: number): Promise<HessianEnds> {
  const { settings, seed, signal, log, progress } = context;
  const { model, params, x } = subject;
  const vectors = Math.max(FEWEST_VECTORS, Math.min(40, Math.floor(VECTOR_BYTES / (4 * params.length))));
  const { lower, upper, products, converged, kinks } = await hessianNorm(
    { model, params, x: createMatrix(1, x.cols, matrixRow(x, row)) },
    {
      tolerance: settings.tolerance,
      maxProducts: settings.maxProducts,
      vectors,
      seed,
      signal,
      runtime,
      kinks: 'pieces',
      // Whether a search converged is a column of the table.
      onWarning: () => undefined,
      onProduct: (count, residual) =>
        progress({ done: 0, total: 1, detail: `${count} products, known to ${residual.toExponential(0)}` }),
    },
  );
  const ends = { lower: lower.value, lowerBound: lower.bound, upper: upper.value, upperBound: upper.bound };
  log({ part: 'hessian', row, ...ends, products, converged });
  return { row, ...ends, products, converged, kinks: [...kinks] };
}

/**
 * The tangent kernel of all rows, each a batch of its own, by blocks of rows, each block a unit.
 * @param name of the units
 * @param paramsOf the weights, asked for where a block isn't there yet
 * @throws {InputError} `not-finite`, where it is not
 */
export async function kernelOf(bench: Bench, name: string, paramsOf: () => Promise<Float32Array>): Promise<Kernel> {
  const { context, subject } = bench;
  const { x } = subject;
  const size = blockRows(subject);
  const starts = Array.from({ length: Math.ceil(x.rows / size) }, (_, i) => i * size);
  const kernel = createMatrix(x.rows, x.rows);
  let relativeError = 0;
  let problem = '';
  await context.eachUnit(
    starts,
    (from) => `${name}-${from}`,
    async (from) => blockOf(bench, from, Math.min(from + size, x.rows), await paramsOf()),
    (block, from) => {
      relativeError = block.error;
      problem ||= block.problem;
      if (problem === '') mirror(kernel, block.entries, from);
    },
    bench.next(starts.length),
  );
  if (problem !== '') throw new InputError('not-finite', problem);
  return { kernel, relativeError, errorKind: 'estimated' };
}

/** The kernel's rows from one to another, from their diagonal on. That some are not finite is a result, too: a step may lead there. */
async function blockOf({ context, subject, runtime }: Bench, from: number, to: number, params: Float32Array) {
  const { model, x } = subject;
  const options = { method: 'alone', runtime, signal: context.signal } as const;
  const own = part(x, from, to);
  const rest = to === x.rows ? own : part(x, from, x.rows);
  try {
    const { kernel, relativeError } = await tangentKernel({ model, params }, own, rest, options);
    return { entries: kernel.data, error: relativeError, problem: '' };
  } catch (error) {
    if (!(error instanceof InputError && error.code === 'not-finite')) throw error;
    return { entries: new Float32Array(0), error: 0, problem: error.message };
  }
}

/** Puts a block into its place; the lower half is the upper one's mirror image, to the bit. */
function mirror({ rows, data }: Matrix, entries: Float32Array, from: number): void {
  const width = rows - from;
  for (let i = from; i < from + entries.length / width; i++) {
    for (let j = i; j < rows; j++) {
      const value = entries[(i - from) * width + (j - from)]!;
      data[i * rows + j] = value;
      data[j * rows + i] = value;
    }
  }
}

/** A step that is computed when it is asked for, and once. */
export type LazyStep = () => Promise<Float32Array>;

/** The step that moves each row's output by ±ρ, signs at random, in the tangent model; and the way in which the outputs rise together. */
export async function trainingSteps(
  { context, subject, runtime, tell, next }: Bench,
  kernel: Kernel,
): Promise<{ step: Step; training: LazyStep; rising: LazyStep }> {
  const { settings, seed, signal, unit } = context;
  const { model, params, x } = subject;
  const signs = randomSigns(x.rows, createRandom(seed).split('inspect').split('signs'));
  const target = Array.from(signs, (sign) => sign * settings.change);
  const solved = once(() => shortestStep({ model, params }, x, kernel, target, { runtime, signal }));
  tell('the step that fits the rows');
  const step = await unit('step', async () => {
    const { length, rank, change } = await solved();
    return { length, rank, change: Array.from(change) };
  });
  if (step.rank === 0)
    throw new RunError(
      'inspect: the output does not depend on the weights at these rows, as in a network whose neurons are dead; give other rows by --data, or another output',
    );
  next(1);
  const { rows, data } = kernel.kernel;
  const sums = Array.from({ length: rows }, (_, i) =>
    data.subarray(i * rows, (i + 1) * rows).reduce((a, b) => a + b, 0),
  );
  return {
    step,
    training: async () => (await solved()).step,
    // The gradient of the outputs' sum is Jᵀ 1 = Jᵀ K⁺ (K 1).
    rising: once(async () => (await shortestStep({ model, params }, x, kernel, sums, { runtime, signal })).step),
  };
}

/** How much the kernel changes by a step, relative; infinite where it is no longer finite there. */
export async function changeAlong(bench: Bench, before: Kernel, training: LazyStep): Promise<number> {
  const { params } = bench.subject;
  const moved = once(async () => movedAlong(params, await training(), 1));
  try {
    return kernelChange(before, await kernelOf(bench, 'kernel after the step', moved)).value;
  } catch (error) {
    if (error instanceof InputError && error.code === 'not-finite') return Number.POSITIVE_INFINITY;
    throw error;
  }
}

/** Distances from linear along the training step, the gradient and random directions, each in a unit of its own. */
export async function waysFrom(bench: Bench, step: Step, training: LazyStep, rising: LazyStep): Promise<Way[]> {
  const { context, subject, runtime } = bench;
  const { settings, seed, signal, units } = context;
  const { model, params } = subject;
  const x = part(subject.x, 0, Math.min(settings.distanceRows, subject.x.rows));
  const random = (k: number) => async () =>
    createRandom(seed).split('inspect').split('directions').split(k).normal(new Float32Array(params.length));
  const directions: [string, LazyStep][] = [
    ['training step', training],
    ['gradient', rising],
    ...Array.from({ length: settings.directions }, (_, k): [string, LazyStep] => [`random ${k + 1}`, random(k)]),
  ];
  const lengths = STEPS.map((share) => share * step.length);
  const measured = await units(
    directions,
    ([name]) => `distance-${name}`,
    async ([, direction]) => ({
      ...(await linearDistance({ model, params }, x, await direction(), lengths, { runtime, signal })),
    }),
    bench.next(directions.length),
  );
  return measured.map(({ distances, slope, rounding }, i) => ({
    name: directions[i]![0],
    lengths,
    distances,
    slope,
    rounding,
  }));
}
