import type { Matrix } from '@unbraid/data';
import {
  add,
  compile,
  div,
  f32,
  greater,
  inOpenScope,
  mul,
  type Runtime,
  reduceSum,
  type Scope,
  sub,
  type Tensor,
  trace,
  where,
  withScope,
} from '@unbraid/graph';
import { blockRows, inBlocks, type Sizes } from './blocks.ts';
import { adjoint, openGates, output, sumOf } from './network.ts';
import { gatePreconditioner, type Preconditioner, precondition } from './preconditioner.ts';

/** min over W of ‖N(X) − Y‖² + λ‖W‖², N the GaLU network with gates U and output weights A. */
export interface LeastSquares {
  /** m × d */
  readonly x: Matrix;
  /** m × c */
  readonly y: Matrix;
  /** k × d */
  readonly gates: Matrix;
  /** k × c */
  readonly a: Matrix;
  /** λ, at least 0 */
  readonly ridge: number;
  /**
   * Iterate in the preconditioned space, which is the default. Where many W fit equally well (λ = 0, k·d above m·c) the
   * iteration ends at the one of smallest norm in its space; without preconditioning that is the smallest ‖W‖.
   */
  readonly precondition?: boolean;
}

export interface StopRule {
  /** Stop when ‖Φᵀ(Y − ΦW) − λW‖ ≤ tolerance · ‖ΦᵀY‖, by the true residual. */
  readonly tolerance: number;
  /** Stop when the mean squared error ‖Y − ΦW‖²/m is at most this, by the true residual. */
  readonly targetError: number;
  readonly maxIterations: number;
  readonly signal?: AbortSignal;
  readonly onIteration?: IterationListener;
}

/** Is told of each iteration, and can look at the weights W so far (k × d, a copy), to validate them say; training waits for it. */
export type IterationListener = (iteration: Iteration, weights: () => Float32Array) => void | Promise<void>;

export interface Iteration {
  readonly iteration: number;
  /** ‖Y − ΦW‖²/m */
  readonly error: number;
  /** ‖Φᵀ(Y − ΦW) − λW‖ / ‖ΦᵀY‖ */
  readonly gradient: number;
}

export interface Solution {
  /** W, k × d */
  readonly weights: Float32Array;
  readonly iterations: number;
  readonly stopped: 'direct' | 'tolerance' | 'targetError' | 'maxIterations' | 'stagnation';
  /** The true error and gradient at `weights`, not those of the recurrence. */
  readonly error: number;
  readonly gradient: number;
  readonly history: readonly Iteration[];
}

/** In float32 the recurrence drifts away from the true residual; this many iterations at the most between two looks at it. */
const REFRESH = 500;

/** A refresh that lowers the objective by less than this share brought nothing; after so many in a row float32 has no more to give. */
const PROGRESS = 1e-4;
const STALLS = 3;

/** A problem whose graphs are compiled, to be solved more than once; X, Y, gates and A are read anew each time. */
export interface PreparedLeastSquares {
  solve(stop: StopRule): Promise<Solution>;
  /** Frees sessions and memory. */
  release(): Promise<void>;
}

/**
 * Preconditioned CGLS (Björck, Numerical Methods for Least Squares Problems, 1996, Section 7.4), without ever forming Φ: an
 * iteration is two products with X for each block of rows, and one run of one graph. The recurrence's residual is replaced by the
 * true one every now and then, and before it is believed that the end is reached.
 */
export async function solveLeastSquares(problem: LeastSquares, runtime: Runtime, stop: StopRule): Promise<Solution> {
  return withScope(async (scope) => scope.own(await prepareLeastSquares(problem, runtime)).solve(stop));
}

/** Compiles what `solveLeastSquares` runs. */
export async function prepareLeastSquares(problem: LeastSquares, runtime: Runtime): Promise<PreparedLeastSquares> {
  return inOpenScope(async (scope) => {
    const solver = await compileSolver(scope, problem, runtime);
    return { solve: (stop) => iterate(solver, problem.x.rows, stop), release: scope.release };
  });
}

async function iterate(solver: Solver, samples: number, stop: StopRule): Promise<Solution> {
  const history: Iteration[] = [];
  await solver.begin();
  const first = solver.gradientNorm();
  const look = () => ({
    error: solver.squaredError() / samples,
    gradient: first > 0 ? solver.gradientNorm() / first : 0,
  });
  let state = look();
  let best = Number.POSITIVE_INFINITY;
  let stalls = 0;
  for (let iteration = 0; ; ) {
    const stopped =
      reached(state, stop) ??
      (iteration >= stop.maxIterations ? 'maxIterations' : stalls >= STALLS ? 'stagnation' : undefined);
    if (stopped) return { ...state, weights: solver.weights(), iterations: iteration, stopped, history };
    for (let i = 0; i < REFRESH && iteration < stop.maxIterations; i++) {
      stop.signal?.throwIfAborted();
      await solver.iterate();
      iteration++;
      state = look();
      history.push({ iteration, ...state });
      await stop.onIteration?.({ iteration, ...state }, solver.weights);
      if (reached(state, stop)) break;
    }
    await solver.restart();
    state = look();
    const objective = solver.objective();
    stalls = objective < best * (1 - PROGRESS) ? 0 : stalls + 1;
    best = Math.min(best, objective);
  }
}

function reached(
  { error, gradient }: Pick<Iteration, 'error' | 'gradient'>,
  { tolerance, targetError }: StopRule,
): Solution['stopped'] | undefined {
  if (!Number.isFinite(error))
    throw new Error('galu: the iteration left the range of float32; scale the inputs, or add ridge');
  return error <= targetError ? 'targetError' : gradient <= tolerance ? 'tolerance' : undefined;
}

interface Solver {
  /** Opens gates and sets the weights to zero. */
  begin(): Promise<void>;
  /** Takes residual and search direction anew from the weights. */
  restart(): Promise<void>;
  iterate(): Promise<void>;
  squaredError(): number;
  gradientNorm(): number;
  objective(): number;
  weights(): Float32Array;
}

async function compileSolver(
  scope: Scope,
  { x, y, gates, a, ridge, precondition: on = true }: LeastSquares,
  runtime: Runtime,
): Promise<Solver> {
  const sizes: Sizes = { samples: x.rows, dimension: x.cols, neurons: gates.rows, outputs: a.cols };
  const conditioner = gatePreconditioner(a, on);
  const rows = blockRows(sizes);
  const open = scope.own(await compile(openGatesGraph(sizes, rows), runtime, { inputs: { x, u: gates } }));
  const shared = { x, a, q: conditioner.basis, g: open.outputs.g };
  const step = scope.own(
    await compile(iterationGraph(sizes, rows, conditioner, ridge), runtime, {
      inputs: shared,
      carry: { w: 'w', r: 'r', p: 'p', squared: 'squared' },
    }),
  );
  const refresh = scope.own(
    await compile(restartGraph(sizes, rows, conditioner, ridge), runtime, {
      inputs: { ...shared, y, w: step.inputs.w },
      outputs: { r: step.inputs.r, p: step.inputs.p, squared: step.inputs.squared },
    }),
  );
  let last: { readonly error: number; readonly gradient: number } = { error: 0, gradient: 0 };
  const remember = ({
    outputs,
  }: {
    outputs: { error: { float32: Float32Array }; gradient: { float32: Float32Array } };
  }) => {
    last = { error: outputs.error.float32[0]!, gradient: Math.sqrt(outputs.gradient.float32[0]!) };
  };
  const restart = async () => {
    await refresh.run();
    remember(refresh);
  };
  return {
    async begin() {
      await open.run();
      step.inputs.w.float32.fill(0);
      await restart();
    },
    restart,
    async iterate() {
      await step.run();
      remember(step);
    },
    squaredError: () => last.error,
    gradientNorm: () => last.gradient,
    objective: () => last.error + ridge * runtime.kernels.norm2(step.inputs.w.float32) ** 2,
    weights: () => step.inputs.w.float32.slice(),
  };
}

const squaredNorm = (t: Tensor): Tensor => reduceSum(mul(t, t));

function openGatesGraph({ dimension, neurons }: Sizes, rows: readonly number[]) {
  return trace({ x: inBlocks(rows, dimension), u: f32(neurons, dimension) }, ({ x, u }) => ({
    g: x.map((block) => openGates(block, u)),
  }));
}

function constantSpecs({ dimension, neurons, outputs }: Sizes, rows: readonly number[], { basis }: Preconditioner) {
  return {
    x: inBlocks(rows, dimension),
    g: inBlocks(rows, neurons),
    a: f32(neurons, outputs),
    q: f32(neurons, basis.cols),
  };
}

/** r = Y − ΦW, p = T(Φᵀr − λW): the start of the recurrence. */
function restartGraph(sizes: Sizes, rows: readonly number[], conditioner: Preconditioner, ridge: number) {
  const specs = {
    ...constantSpecs(sizes, rows, conditioner),
    y: inBlocks(rows, sizes.outputs),
    w: f32(sizes.neurons, sizes.dimension),
  };
  return trace(specs, ({ x, g, a, q, y, w }) => {
    const r = y.map((block, i) => sub(block, output(x[i]!, g[i]!, w, a)));
    const gradient = sub(sumOf(r.map((block, i) => adjoint(x[i]!, g[i]!, block, a))), mul(w, ridge));
    const p = precondition(gradient, q, conditioner.factor);
    return { r, p, squared: squaredNorm(p), error: sumOf(r.map(squaredNorm)), gradient: squaredNorm(gradient) };
  });
}

/** One iteration; the search direction p lives in the preconditioned space, `t` is it in the space of W. */
function iterationGraph(sizes: Sizes, rows: readonly number[], conditioner: Preconditioner, ridge: number) {
  const matrix = f32(sizes.neurons, sizes.dimension);
  const specs = {
    ...constantSpecs(sizes, rows, conditioner),
    r: inBlocks(rows, sizes.outputs),
    w: matrix,
    p: matrix,
    squared: f32(),
  };
  return trace(specs, ({ x, g, a, q, r, w, p, squared }) => {
    const t = precondition(p, q, conditioner.factor);
    const image = x.map((block, i) => output(block, g[i]!, t, a));
    const curvature = add(sumOf(image.map(squaredNorm)), mul(squaredNorm(t), ridge));
    // A zero direction (an exact solution) has no curvature; the step along it is zero, not 0/0.
    const length = safeRatio(squared, curvature);
    const weights = add(w, mul(t, length));
    const rest = r.map((block, i) => sub(block, mul(image[i]!, length)));
    const gradient = sub(sumOf(rest.map((block, i) => adjoint(x[i]!, g[i]!, block, a))), mul(weights, ridge));
    const s = precondition(gradient, q, conditioner.factor);
    const next = squaredNorm(s);
    return {
      w: weights,
      r: rest,
      p: add(s, mul(p, safeRatio(next, squared))),
      squared: next,
      error: sumOf(rest.map(squaredNorm)),
      gradient: squaredNorm(gradient),
    };
  });
}

const safeRatio = (a: Tensor, b: Tensor): Tensor => where(greater(b, 0), div(a, b), 0);
