import { type CheckedStop, type Iteration, outOfRange, reached, type Solution } from './problem.ts';

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
    if (!Number.isFinite(state.error) || !Number.isFinite(state.gradient)) throw outOfRange();
    const reason = reached(state, stop) ?? (iteration >= stop.maxIterations ? 'maxIterations' : undefined);
    if (reason) return ended(reason);
    const slope = await solver.direction(Math.min(0.5, Math.sqrt(state.gradient)), stop.signal);
    const next = await lineSearch(solver, here, slope);
    if (!next) return ended('stagnation');
    here = next;
  }
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

/** What conjugate gradients do with vectors: by kernels in single precision, or by loops in double. */
export interface Arithmetic<V> {
  /** out ← x */
  copy(x: V, out: V): void;
  dot(x: V, y: V): number;
  /** y ← a·x + y */
  axpy(a: number, x: V, y: V): void;
  /** y ← a·x + b·y */
  axpby(a: number, x: V, b: number, y: V): void;
}

/** Vectors of conjugate gradients: the residual, with which they begin, and the direction of search. */
export interface SearchVectors<V> {
  readonly residual: { readonly data: V };
  readonly p: { readonly data: V };
}

/**
 * Conjugate gradients for a step, to a relative residual of `forcing`. `product` applies the preconditioned Hessian to p; `advance` takes the step that p stands for times a
 * length.
 */
export async function conjugateSteps<V>(
  { copy, dot, axpy, axpby }: Arithmetic<V>,
  { residual, p }: SearchVectors<V>,
  forcing: number,
  {
    product,
    advance,
    signal,
  }: {
    readonly product: () => Promise<V>;
    readonly advance: (length: number) => void;
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  copy(residual.data, p.data);
  let squared = dot(residual.data, residual.data);
  const goal = forcing ** 2 * squared;
  for (let i = 0; i < MAX_PRODUCTS && squared > goal; i++) {
    signal?.throwIfAborted();
    const image = await product();
    const curvature = dot(p.data, image);
    if (!(curvature > 0)) break;
    const length = squared / curvature;
    advance(length);
    axpy(-length, image, residual.data);
    const next = dot(residual.data, residual.data);
    axpby(1, residual.data, next / squared, p.data);
    squared = next;
  }
}
