import { InputError } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import { blockIn, compile, type Runtime, type Scope, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { blockRows, type Sizes } from './blocks.ts';
import { openGatesGraph } from './cgls-graphs.ts';
import { formOf } from './form.ts';
import { productGraph, valueGraph } from './newton-graphs.ts';
import { preconditionerOf } from './preconditioner.ts';
import {
  type CheckedStop,
  checkProblem,
  checkSolution,
  checkSolveOptions,
  type Iteration,
  type Problem,
  type Solution,
  type SolveOptions,
} from './problem.ts';
import { checkSigns } from './targets.ts';

/**
 * min over W and b of Σ log(1 + exp(−y_ic (N_ic + b_c))) + λ‖W‖², y = ±1. Without a ridge separable classes have no finite optimum,
 * only a gradient that tends to 0.
 */
export type LogisticProblem = Problem;

const MAX_PRODUCTS = 200;
const MAX_HALVINGS = 30;
/** Share of the predicted decrease that a step has to bring (Armijo). */
const SUFFICIENT = 1e-4;
/** The objective is a sum in float32: a smaller share of it can't be told from rounding. */
const ROUNDING = 1e-6;
/** Share of the gradient that such a step may leave. */
const FLATTER = 0.9;

/**
 * Newton's method with conjugate gradients for the step (Nocedal and Wright, Numerical Optimization, 2006, algorithm 7.1): the
 * Hessian ΦᵀDΦ + 2λI is only ever applied. Iterations count Newton steps; `error` is the mean logistic loss; the gradient is
 * relative to the one at W = 0, where b is the log odds of each column. Neither is an estimate: both are evaluated at the weights.
 * @throws {InputError} in one line, for problems and options that can't be, and when the numbers leave the range of float32
 * @throws the signal's reason when it is aborted
 */
export async function solveLogistic(problem: LogisticProblem, options: SolveOptions = {}): Promise<Solution> {
  checkProblem('galu: solveLogistic', problem);
  checkSigns(problem.y);
  const { runtime: chosen, ...stop } = checkSolveOptions('galu: solveLogistic', options);
  const runtime = chosen ?? (await defaultRuntime());
  return withScope(async (scope) => {
    const solver = await compileNewton(scope, problem, runtime);
    return checkSolution(await iterate(solver, problem.x.rows, stop));
  });
}

async function iterate(solver: Newton, samples: number, stop: CheckedStop): Promise<Solution> {
  const history: Iteration[] = [];
  const { weights, intercept } = solver;
  let here = await solver.evaluate();
  const first = here.gradient;
  for (let iteration = 0; ; iteration++) {
    const state = { iteration, error: here.loss / samples, gradient: first > 0 ? here.gradient / first : 0 };
    if (iteration > 0) {
      history.push(state);
      await stop.onIteration?.(state, weights, intercept);
    }
    stop.signal?.throwIfAborted();
    const ended = (stopped: Solution['stopped']): Solution => ({
      error: state.error,
      gradient: state.gradient,
      weights: weights(),
      intercept: intercept(),
      iterations: iteration,
      stopped,
      history,
    });
    const reason = reasonToStop(state, stop);
    if (reason) return ended(reason);
    const slope = await solver.direction(Math.min(0.5, Math.sqrt(state.gradient)), stop.signal);
    const next = await lineSearch(solver, here, slope);
    if (!next) return ended('stagnation');
    here = next;
  }
}

function reasonToStop({ iteration, error, gradient }: Iteration, stop: CheckedStop): Solution['stopped'] | undefined {
  if (!Number.isFinite(error) || !Number.isFinite(gradient))
    throw new InputError('not-finite', 'galu: the iteration left the range of float32; scale the inputs, or add ridge');
  if (error <= stop.targetError) return 'targetError';
  if (gradient <= stop.tolerance) return 'tolerance';
  return iteration >= stop.maxIterations ? 'maxIterations' : undefined;
}

/**
 * Halves the step until the objective falls enough, or, where it is within rounding of what it was, until the gradient does (after the
 * approximate Wolfe conditions of Hager and Zhang 2005, Section 2). `undefined`, with the weights as they were, when float32 can't show
 * either.
 */
async function lineSearch(solver: Newton, here: Evaluation, slope: number): Promise<Evaluation | undefined> {
  let moved = 0;
  for (let step = 1, i = 0; i < MAX_HALVINGS; i++, step /= 2) {
    solver.move(step - moved);
    moved = step;
    const next = await solver.evaluate();
    const lower = next.objective < here.objective && next.objective <= here.objective + SUFFICIENT * step * slope;
    const flatter = next.objective <= here.objective * (1 + ROUNDING) && next.gradient <= FLATTER * here.gradient;
    if (lower || flatter) return next;
  }
  solver.move(-moved);
  return undefined;
}

interface Evaluation {
  /** Σ log(1 + exp(−y N)) */
  readonly loss: number;
  readonly objective: number;
  readonly gradient: number;
}

interface Newton {
  evaluate(): Promise<Evaluation>;
  /** Solves for the step to a relative residual of `forcing`; returns the objective's slope along it, a negative number. */
  direction(forcing: number, signal?: AbortSignal): Promise<number>;
  /** Moves weights and intercept along the direction. */
  move(length: number): void;
  weights(): Float32Array;
  intercept(): Float32Array;
}

async function compileNewton(scope: Scope, problem: LogisticProblem, runtime: Runtime): Promise<Newton> {
  const { x, y, gates, a, ridge, intercept = false, precondition = true } = problem;
  const { arena, kernels } = runtime;
  const sizes: Sizes = { samples: x.rows, dimension: x.cols, neurons: gates.rows, outputs: a.cols };
  // D is at most 1/4, and that at the start: ΦᵀDΦ + 2λI is then a quarter of ΦᵀΦ + 8λI.
  const conditioner = await preconditionerOf(precondition, { ...problem, ridge: 8 * ridge }, runtime);
  const shape = { sizes, rows: blockRows(sizes), form: formOf(sizes), conditioner, ridge, intercept };
  const vector = (size = gates.data.length) => blockIn(scope, arena.alloc('float32', size));
  const [w, p, residual, direction] = [vector(), vector(), vector(), vector()] as const;
  const [b, turn] = [vector(a.cols), vector(a.cols)] as const;
  b.data.set(intercept ? logOdds(y) : new Float32Array(a.cols));
  const open = scope.own(await compile(openGatesGraph(shape), runtime, { inputs: { x, u: gates } }));
  await open.run();
  const { g } = open.outputs;
  const shared = { x, a, g, again: g, t: conditioner.values };
  const value = scope.own(await compile(valueGraph(shape), runtime, { inputs: { ...shared, third: g, y, w, b } }));
  const product = scope.own(
    await compile(productGraph(shape), runtime, {
      inputs: { ...shared, d: value.outputs.d, p },
    }),
  );
  const gradientNorm = (): number => {
    const { gradient, gradientOfIntercept } = value.outputs;
    return Math.hypot(kernels.norm2(gradient.float32), intercept ? Math.hypot(...gradientOfIntercept.float32) : 0);
  };
  /** Adds a multiple of b's part of a step. */
  const turnBy = (factor: number, part: Float32Array): void => {
    if (intercept) kernels.axpy(factor, part, turn.data);
  };
  return {
    async evaluate() {
      await value.run();
      const loss = value.outputs.loss.float32[0]!;
      return { loss, objective: loss + ridge * kernels.norm2(w.data) ** 2, gradient: gradientNorm() };
    },
    async direction(forcing, signal) {
      kernels.fill(direction.data, 0);
      kernels.fill(turn.data, 0);
      turnBy(-1, value.outputs.shift.float32);
      kernels.copy(value.outputs.conditioned.float32, residual.data);
      kernels.scale(residual.data, -1);
      kernels.copy(residual.data, p.data);
      let squared = kernels.dot(residual.data, residual.data);
      const goal = forcing ** 2 * squared;
      for (let i = 0; i < MAX_PRODUCTS && squared > goal; i++) {
        signal?.throwIfAborted();
        await product.run();
        const { image, step, shift } = product.outputs;
        const curvature = kernels.dot(p.data, image.float32);
        if (!(curvature > 0)) break;
        const length = squared / curvature;
        kernels.axpy(length, step.float32, direction.data);
        turnBy(-length, shift.float32);
        kernels.axpy(-length, image.float32, residual.data);
        const next = kernels.dot(residual.data, residual.data);
        kernels.axpby(1, residual.data, next / squared, p.data);
        squared = next;
      }
      const alongB = intercept ? kernels.dot(turn.data, value.outputs.gradientOfIntercept.float32) : 0;
      return kernels.dot(direction.data, value.outputs.gradient.float32) + alongB;
    },
    move(length) {
      kernels.axpy(length, direction.data, w.data);
      kernels.axpy(length, turn.data, b.data);
    },
    weights: () => w.data.slice(),
    intercept: () => b.data.slice(),
  };
}

/** b that minimizes the loss of each column where W is 0, kept finite for columns of one sign by half a row of each. */
export const logOdds = ({ data, rows, cols }: Matrix): Float32Array =>
  Float32Array.from({ length: cols }, (_, j) => {
    let positive = 0;
    for (let at = j; at < data.length; at += cols) positive += Number(data[at]! > 0);
    return Math.log((positive + 0.5) / (rows - positive + 0.5));
  });
