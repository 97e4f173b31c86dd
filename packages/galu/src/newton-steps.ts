import { InputError } from '@unbraid/checks';
import type { Kernels } from '@unbraid/kernels';
import type { CheckedStop, Iteration, Solution } from './problem.ts';

const MAX_PRODUCTS = 200;
const MAX_HALVINGS = 30;
/** Share of the predicted decrease that a step has to bring (Armijo). */
const SUFFICIENT = 1e-4;
/** The objective is a sum in float32: a smaller share of it can't be told from rounding. */
const ROUNDING = 1e-6;
/** Share of the gradient that such a step may leave. */
const FLATTER = 0.9;

/** Newton's method, until a stop rule says that it is enough. `samples` is what the loss is divided by to be told. */
export async function iterateNewton(solver: Newton, samples: number, stop: CheckedStop): Promise<Solution> {
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

/** What a loss is at the weights of now. */
export interface Evaluation {
  /** Summed over rows. */
  readonly loss: number;
  readonly objective: number;
  readonly gradient: number;
}

/** A loss whose weights can be moved along a step of Newton's. */
export interface Newton {
  evaluate(): Promise<Evaluation>;
  /** Solves for the step to a relative residual of `forcing`; returns the objective's slope along it, a negative number. */
  direction(forcing: number, signal?: AbortSignal): Promise<number>;
  /** Moves weights and intercept along the direction. */
  move(length: number): void;
  weights(): Float32Array;
  intercept(): Float32Array;
}

/** Vectors of conjugate gradients: the residual, with which they begin, and the direction of search. */
export interface SearchVectors {
  readonly residual: { readonly data: Float32Array };
  readonly p: { readonly data: Float32Array };
}

/**
 * Conjugate gradients for a step, to a relative residual of `forcing`. `product` applies the preconditioned Hessian to p; `advance` takes the step that p stands for times a
 * length.
 */
export async function conjugateSteps(
  kernels: Kernels,
  { residual, p }: SearchVectors,
  forcing: number,
  {
    product,
    advance,
    signal,
  }: {
    readonly product: () => Promise<Float32Array>;
    readonly advance: (length: number) => void;
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  kernels.copy(residual.data, p.data);
  let squared = kernels.dot(residual.data, residual.data);
  const goal = forcing ** 2 * squared;
  for (let i = 0; i < MAX_PRODUCTS && squared > goal; i++) {
    signal?.throwIfAborted();
    const image = await product();
    const curvature = kernels.dot(p.data, image);
    if (!(curvature > 0)) break;
    const length = squared / curvature;
    advance(length);
    kernels.axpy(-length, image, residual.data);
    const next = kernels.dot(residual.data, residual.data);
    kernels.axpby(1, residual.data, next / squared, p.data);
    squared = next;
  }
}
