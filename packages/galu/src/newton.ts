import type { Matrix } from '@unbraid/data';
import {
  add,
  blockIn,
  compile,
  f32,
  mul,
  neg,
  type Runtime,
  reduceSum,
  type Scope,
  sigmoid,
  softplus,
  sub,
  trace,
  withScope,
} from '@unbraid/graph';
import { blockRows, inBlocks, type Sizes } from './blocks.ts';
import type { Iteration, Solution, StopRule } from './cgls.ts';
import { adjoint, openGates, output, sumOf } from './network.ts';
import { gatePreconditioner, type Preconditioner, precondition } from './preconditioner.ts';

/** min over W of Σ log(1 + exp(−y_ic N_ic)) + λ‖W‖², N the GaLU network, y = ±1. */
export interface LogisticProblem {
  /** m × d */
  readonly x: Matrix;
  /** m × c, every entry −1 or 1 */
  readonly y: Matrix;
  /** k × d */
  readonly gates: Matrix;
  /** k × c */
  readonly a: Matrix;
  /** λ, at least 0; without it separable classes have no finite optimum, only a gradient that tends to 0 */
  readonly ridge: number;
}

const MAX_PRODUCTS = 200;
const MAX_HALVINGS = 30;
/** Share of the predicted decrease that a step has to bring (Armijo). */
const SUFFICIENT = 1e-4;

/**
 * Newton's method with conjugate gradients for the step (Nocedal and Wright, Numerical Optimization, 2006, algorithm 7.1): the
 * Hessian ΦᵀDΦ + 2λI is only ever applied. Iterations count Newton steps; `error` is the mean logistic loss; the gradient is
 * relative to the one at W = 0. Neither is an estimate: both are evaluated at the weights.
 */
export async function solveLogistic(problem: LogisticProblem, runtime: Runtime, stop: StopRule): Promise<Solution> {
  return withScope(async (scope) => iterate(await compileNewton(scope, problem, runtime), problem.x.rows, stop));
}

async function iterate(solver: Newton, samples: number, stop: StopRule): Promise<Solution> {
  const history: Iteration[] = [];
  let here = await solver.evaluate();
  const first = here.gradient;
  for (let iteration = 0; ; iteration++) {
    const state = { iteration, error: here.loss / samples, gradient: first > 0 ? here.gradient / first : 0 };
    if (iteration > 0) {
      history.push(state);
      await stop.onIteration?.(state, solver.weights);
    }
    stop.signal?.throwIfAborted();
    const reason = reasonToStop(state, stop);
    if (reason) return { ...state, weights: solver.weights(), iterations: iteration, stopped: reason, history };
    const slope = await solver.direction(Math.min(0.5, Math.sqrt(state.gradient)), stop.signal);
    const next = await lineSearch(solver, here.objective, slope);
    if (!next) return { ...state, weights: solver.weights(), iterations: iteration, stopped: 'stagnation', history };
    here = next;
  }
}

function reasonToStop({ iteration, error, gradient }: Iteration, stop: StopRule): Solution['stopped'] | undefined {
  if (error <= stop.targetError) return 'targetError';
  if (gradient <= stop.tolerance) return 'tolerance';
  return iteration >= stop.maxIterations ? 'maxIterations' : undefined;
}

/** Halves the step until the objective falls enough; `undefined`, with the weights as they were, when float32 can't show a decrease. */
async function lineSearch(solver: Newton, objective: number, slope: number): Promise<Evaluation | undefined> {
  let moved = 0;
  for (let step = 1, i = 0; i < MAX_HALVINGS; i++, step /= 2) {
    solver.move(step - moved);
    moved = step;
    const next = await solver.evaluate();
    if (next.objective < objective && next.objective <= objective + SUFFICIENT * step * slope) return next;
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
  /** Moves the weights along the direction. */
  move(length: number): void;
  weights(): Float32Array;
}

async function compileNewton(
  scope: Scope,
  { x, y, gates, a, ridge }: LogisticProblem,
  runtime: Runtime,
): Promise<Newton> {
  const { arena, kernels } = runtime;
  const sizes: Sizes = { samples: x.rows, dimension: x.cols, neurons: gates.rows, outputs: a.cols };
  const conditioner = gatePreconditioner(a);
  const rows = blockRows(sizes);
  const vector = () => blockIn(scope, arena.alloc('float32', gates.data.length));
  const [w, p, residual, direction] = [vector(), vector(), vector(), vector()] as const;
  const value = scope.own(
    await compile(valueGraph(sizes, rows, conditioner, ridge), runtime, {
      inputs: { x, u: gates, a, q: conditioner.basis, y, w },
    }),
  );
  const product = scope.own(
    await compile(productGraph(sizes, rows, conditioner, ridge), runtime, {
      inputs: { x, a, q: conditioner.basis, g: value.outputs.g, d: value.outputs.d, p },
    }),
  );
  return {
    async evaluate() {
      await value.run();
      const loss = value.outputs.loss.float32[0]!;
      const objective = loss + ridge * kernels.norm2(w.data) ** 2;
      return { loss, objective, gradient: kernels.norm2(value.outputs.gradient.float32) };
    },
    async direction(forcing, signal) {
      kernels.fill(direction.data, 0);
      kernels.copy(value.outputs.conditioned.float32, residual.data);
      kernels.scale(residual.data, -1);
      kernels.copy(residual.data, p.data);
      let squared = kernels.dot(residual.data, residual.data);
      const goal = forcing ** 2 * squared;
      for (let i = 0; i < MAX_PRODUCTS && squared > goal; i++) {
        signal?.throwIfAborted();
        await product.run();
        const { image, step } = product.outputs;
        const curvature = kernels.dot(p.data, image.float32);
        if (!(curvature > 0)) break;
        const length = squared / curvature;
        kernels.axpy(length, step.float32, direction.data);
        kernels.axpy(-length, image.float32, residual.data);
        const next = kernels.dot(residual.data, residual.data);
        kernels.axpby(1, residual.data, next / squared, p.data);
        squared = next;
      }
      return kernels.dot(direction.data, value.outputs.gradient.float32);
    },
    move: (length) => kernels.axpy(length, direction.data, w.data),
    weights: () => w.data.slice(),
  };
}

/** Loss, gradient and the Hessian's diagonal D = σ(1 − σ) at W. */
function valueGraph(
  { dimension, neurons, outputs }: Sizes,
  rows: readonly number[],
  { basis, factor }: Preconditioner,
  ridge: number,
) {
  const matrix = f32(neurons, dimension);
  const specs = {
    x: inBlocks(rows, dimension),
    u: matrix,
    a: f32(neurons, outputs),
    q: f32(neurons, basis.cols),
    y: inBlocks(rows, outputs),
    w: matrix,
  };
  return trace(specs, ({ x, u, a, q, y, w }) => {
    const g = x.map((block) => openGates(block, u));
    const margins = x.map((block, i) => mul(y[i]!, output(block, g[i]!, w, a)));
    const wrong = margins.map((margin) => sigmoid(neg(margin)));
    const pull = wrong.map((s, i) => adjoint(x[i]!, g[i]!, neg(mul(y[i]!, s)), a));
    const gradient = add(sumOf(pull), mul(w, 2 * ridge));
    return {
      g,
      gradient,
      conditioned: precondition(gradient, q, factor),
      d: wrong.map((s) => mul(s, sub(1, s))),
      loss: sumOf(margins.map((margin) => reduceSum(softplus(neg(margin))))),
    };
  });
}

/** p ↦ T(ΦᵀDΦ + 2λI)T p, with Tp itself, which is the step in the space of W. */
function productGraph(
  { dimension, neurons, outputs }: Sizes,
  rows: readonly number[],
  { basis, factor }: Preconditioner,
  ridge: number,
) {
  const specs = {
    x: inBlocks(rows, dimension),
    a: f32(neurons, outputs),
    q: f32(neurons, basis.cols),
    g: inBlocks(rows, neurons),
    d: inBlocks(rows, outputs),
    p: f32(neurons, dimension),
  };
  return trace(specs, ({ x, a, q, g, d, p }) => {
    const step = precondition(p, q, factor);
    const parts = x.map((block, i) => adjoint(block, g[i]!, mul(d[i]!, output(block, g[i]!, step, a)), a));
    return { step, image: precondition(add(sumOf(parts), mul(step, 2 * ridge)), q, factor) };
  });
}
