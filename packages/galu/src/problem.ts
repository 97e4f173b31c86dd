import {
  callback,
  checkFiniteValues,
  checkSettings,
  finite,
  flag,
  given,
  InputError,
  integer,
  showValue,
} from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import * as z from 'zod';
import { checkMatrix, checkParts } from './check-data.ts';
import type { Preconditioning } from './preconditioner.ts';
import { type RunOptions, runSettings } from './run-once.ts';
import { columnMean } from './scores.ts';

/** What both solvers train: the GaLU network with gates U and output weights A, N(X) + b. */
export interface Problem {
  /** m × d */
  readonly x: Matrix;
  /** m × c; every entry −1 or 1 for the logistic loss */
  readonly y: Matrix;
  /** k × d */
  readonly gates: Matrix;
  /** k × c */
  readonly a: Matrix;
  /** λ, at least 0 */
  readonly ridge: number;
  /** Fit b too, one number for each output, which the ridge leaves alone. False by default: b is 0. */
  readonly intercept?: boolean;
  /** s ≥ 0, m: how much each row counts in the loss; 1 by default. */
  readonly weights?: Float64Array | undefined;
  /** `factors` by default. */
  readonly precondition?: Preconditioning;
}

/** When a solver ends. */
export interface StopRule {
  /** Stop at a relative gradient of at most this; 1e-6 by default. */
  readonly tolerance?: number;
  /** Stop at a training error of at most this; 0 by default. */
  readonly targetError?: number;
  /** 1000 by default. */
  readonly maxIterations?: number;
  /** When aborted, its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Told each iteration, counted from 1; awaited. */
  readonly onIteration?: IterationListener | undefined;
}

/** What solvers take beside the problem. */
export interface SolveOptions extends StopRule, RunOptions {}

/** An iteration of CGLS, or a step of Newton. */
export interface Iteration {
  /** Counted from 1. */
  readonly iteration: number;
  /** Mean over rows of the summed squares ‖Y − N − b‖²/m, or of the summed logistic loss. */
  readonly error: number;
  /** Norm of the gradient in W (and b), as a share of its norm at W = 0. */
  readonly gradient: number;
}

/**
 * Is told of each iteration, and can look at copies of the weights W (k × d) and the intercept (c) so far, to validate them say;
 * training waits for it.
 */
export type IterationListener = (
  iteration: Iteration,
  weights: () => Float32Array,
  intercept: () => Float32Array,
) => void | Promise<void>;

/** What a solver found. */
export interface Solution {
  /** W, k × d */
  readonly weights: Float32Array;
  /** b, c; zeros where none was asked for */
  readonly intercept: Float32Array;
  readonly iterations: number;
  /** Why it ended: solved directly, at the tolerance, at the target error, at the most iterations, or where float32 gave no more progress. */
  readonly stopped: 'direct' | 'tolerance' | 'targetError' | 'maxIterations' | 'stagnation';
  /** The true error and gradient at the weights, not those of a recurrence. */
  readonly error: number;
  readonly gradient: number;
  /** One record for each iteration. */
  readonly history: readonly Iteration[];
}

const settings = z.object({
  x: given<Matrix>(),
  y: given<Matrix>(),
  gates: given<Matrix>(),
  a: given<Matrix>(),
  ridge: finite({ min: 0 }),
  intercept: flag().optional(),
  weights: given<Float64Array>().optional(),
  precondition: preconditioning().optional(),
});

export function preconditioning() {
  return z.union([z.boolean(), z.enum(['factors', 'gates', 'none'])], {
    error: 'true, false, "factors", "gates" or "none"',
  });
}

const solveOptions = z.object({
  tolerance: finite({ min: 0 }).default(1e-6),
  targetError: finite().default(0),
  maxIterations: integer({ min: 0 }).default(1000),
  ...runSettings,
  onIteration: callback<IterationListener>().optional(),
});

const stopRule = solveOptions.omit({ runtime: true });

/** A stop rule, defaults filled in. */
export type CheckedStop = z.output<typeof stopRule>;

/** @throws {InputError} in one line, for a stop rule that can't be */
export const checkStopRule = (who: string, stop: StopRule): CheckedStop => checkSettings(who, stopRule, stop);

/** @throws {InputError} in one line, for options that can't be */
export const checkSolveOptions = (who: string, options: SolveOptions): z.output<typeof solveOptions> =>
  checkSettings(who, solveOptions, options);

/** Which of the stop rule's goals is reached. */
export const reached = (
  { error, gradient }: Pick<Iteration, 'error' | 'gradient'>,
  { tolerance, targetError }: CheckedStop,
): Solution['stopped'] | undefined =>
  error <= targetError ? 'targetError' : gradient <= tolerance ? 'tolerance' : undefined;

export const outOfRange = (): InputError =>
  new InputError('not-finite', 'galu: the iteration left the range of float32; scale the inputs, or add ridge');

/** @throws {InputError} in one line, for settings that can't be, sizes that don't agree, and NaN or infinite entries */
export function checkProblem(who: string, problem: Problem): void {
  checkSettings(who, settings, problem);
  const { x, y, a, weights } = problem;
  checkParts(problem);
  checkMatrix('galu: Y', y);
  if (x.rows < 1) throw new InputError('data', 'galu: X has no rows; give at least one');
  if (weights) checkRowWeights(weights, x.rows);
  if (y.rows === x.rows && y.cols === a.cols) return;
  throw new InputError(
    'data',
    `galu: X has ${x.rows} rows, Y is ${y.rows} × ${y.cols} and A has ${a.cols} columns; Y has a row for each of X and a column for each of A`,
  );
}

/** @throws {InputError} for a solution with numbers that aren't finite */
export function checkSolution<S extends Solution>(solution: S): S {
  const { weights, intercept, error, gradient } = solution;
  const advice = 'scale X and Y to about 1, or add ridge';
  checkFiniteValues('galu: what training made of W', weights, advice);
  checkFiniteValues('galu: what training made of the intercept', intercept, advice);
  checkFiniteValues('galu: error and gradient after training', [error, gradient], advice);
  return solution;
}

/** @throws {InputError} unless there is a weight of at least 0 for each row, some of them above it */
function checkRowWeights(weights: unknown, rows: number): void {
  const fits = weights instanceof Float64Array && weights.length === rows;
  const sum = fits ? weights.reduce((total, weight) => (weight >= 0 ? total + weight : Number.NaN), 0) : 0;
  if (sum > 0 && Number.isFinite(sum)) return;
  throw new InputError(
    'data',
    `galu: weights of rows are ${fits ? `such that they sum to ${sum}` : showValue(weights)}; a Float64Array of ${rows} finite numbers of at least 0, some above it, is needed`,
  );
}

/** √s of each row, and Σ s: what a weighted least squares problem is made of. */
export interface Roots {
  readonly roots: Float32Array;
  readonly total: number;
}

export const rootsOf = (weights: Float64Array): Roots => ({
  roots: Float32Array.from(weights, Math.sqrt),
  total: weights.reduce((sum, weight) => sum + weight, 0),
});

/** A matrix with each row times a number: gates stay as they are, since these are at least 0, and outputs are scaled as rows are. */
export function scaledRows({ data, rows, cols }: Matrix, factors: Float32Array): Matrix {
  const out = createMatrix(rows, cols, data.slice());
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out.data[i * cols + j]! *= factors[i]!;
  return out;
}

/** Y less the weighted means of its columns. */
export function centreWeighted(y: Matrix, weights: Float64Array): { readonly y: Matrix; readonly means: Float64Array } {
  const means = new Float64Array(y.cols);
  let total = 0;
  for (let i = 0; i < y.rows; i++) {
    total += weights[i]!;
    for (let j = 0; j < y.cols; j++) means[j]! += weights[i]! * y.data[i * y.cols + j]!;
  }
  for (let j = 0; j < y.cols; j++) means[j]! /= total;
  const data = y.data.map((value, at) => value - means[at % y.cols]!);
  return { y: createMatrix(y.rows, y.cols, data), means };
}

/** Y less the means of its columns, which are computed in double precision. */
export function centreTargets(y: Matrix): { readonly y: Matrix; readonly means: Float64Array } {
  const means = Float64Array.from({ length: y.cols }, (_, j) => columnMean(y, j));
  const data = y.data.map((value, at) => value - means[at % y.cols]!);
  return { y: createMatrix(y.rows, y.cols, data), means };
}
