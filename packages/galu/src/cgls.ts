import type { Matrix } from '@unbraid/data';
import { blockIn, compile, inOpenScope, type Runtime, type Scope, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { blockRows, type Sizes } from './blocks.ts';
import { directionGraph, iterationGraph, openGatesGraph, residualGraph } from './cgls-graphs.ts';
import { formOf } from './form.ts';
import { preconditionerOf } from './preconditioner.ts';
import {
  type CheckedStop,
  centreTargets,
  centreWeighted,
  checkProblem,
  checkSolution,
  checkSolveOptions,
  checkStopRule,
  type Iteration,
  outOfRange,
  type Problem,
  reached,
  rootsOf,
  type Solution,
  type SolveOptions,
  type StopRule,
  scaledRows,
} from './problem.ts';
import type { RunOptions } from './run-once.ts';

/**
 * min over W and b of ‖N(X) + b − Y‖² + λ‖W‖². Where many W fit equally well (λ = 0, k·d above m·c) the iteration ends at the one of
 * smallest norm in its preconditioned space; with `precondition: 'none'` that is the smallest ‖W‖.
 */
export type LeastSquares = Problem;

/** In float32 the recurrence drifts away from the true residual; this many iterations at the most between two looks at it. */
const REFRESH = 500;

/** A refresh that lowers the objective by less than this share brought nothing; after so many in a row float32 has no more to give. */
const PROGRESS = 1e-4;
const STALLS = 3;

/**
 * The objective never rises, but for rounding. Where it does by this share, rounding is all that is left in the gradient, and the
 * recurrence runs away: it goes on from the lowest point.
 */
const RISE = 1e-3;
/** Sums in float32 don't tell smaller shares apart. */
const ROUNDING = 1e-6;

/** A problem whose graphs are compiled, to be solved more than once; X, gates and A are read anew each time. */
export interface PreparedLeastSquares {
  /** @throws {InputError} for a stop rule that can't be, and when the numbers leave the range of float32 */
  solve(stop?: StopRule): Promise<Solution>;
  /** Frees sessions and memory. */
  release(): Promise<void>;
}

/**
 * Preconditioned CGLS (Björck, Numerical Methods for Least Squares Problems, 1996, Section 7.4), without ever forming Φ: an
 * iteration is two products with X for each block of rows, and one run of one graph. The recurrence's residual is replaced by the
 * true one every now and then, and before it is believed that the end is reached. With an intercept Φ and Y are centred: the images
 * of directions lose their means, which is all it takes. Rows with weights are scaled by their roots. The error is ‖Y − N − b‖²/m, squares times weights, the gradient ‖Φᵀ(Y − N − b) − λW‖ over its
 * value at W = 0.
 * @throws {InputError} in one line, for problems and options that can't be, and when the numbers leave the range of float32
 * @throws the signal's reason when it is aborted
 */
export async function solveLeastSquares(problem: LeastSquares, options: SolveOptions = {}): Promise<Solution> {
  const { runtime, ...stop } = checkSolveOptions('galu: solveLeastSquares', options);
  return withScope(async (scope) => scope.own(await prepareLeastSquares(problem, { runtime })).solve(stop));
}

/** Compiles what `solveLeastSquares` runs. @throws {InputError} in one line, for a problem that can't be */
export async function prepareLeastSquares(
  problem: LeastSquares,
  options: RunOptions = {},
): Promise<PreparedLeastSquares> {
  checkProblem('galu: solveLeastSquares', problem);
  const runtime = options.runtime ?? (await defaultRuntime());
  return inOpenScope(async (scope) => {
    const solver = await compileSolver(scope, problem, runtime);
    return {
      async solve(stop = {}) {
        return checkSolution(await iterate(solver, problem.x.rows, checkStopRule('galu: solve', stop)));
      },
      release: scope.release,
    };
  });
}

async function iterate(solver: Solver, samples: number, stop: CheckedStop): Promise<Solution> {
  const history: Iteration[] = [];
  const { weights, intercept } = solver;
  await solver.begin();
  const first = solver.gradientNorm();
  const look = (): Point => ({
    error: solver.squaredError() / samples,
    gradient: first > 0 ? solver.gradientNorm() / first : 0,
    objective: solver.objective(),
  });
  const here = () => ({ ...look(), weights: weights(), intercept: intercept() });
  let best = here();
  if (!inRange(best)) throw outOfRange();
  for (let iteration = 0, stalls = 0; ; ) {
    const { objective: start, ...state } = best;
    const stopped =
      reached(best, stop) ??
      (iteration >= stop.maxIterations ? 'maxIterations' : stalls >= STALLS ? 'stagnation' : undefined);
    if (stopped) return { ...state, iterations: iteration, stopped, history };
    let low = look();
    solver.keep();
    let ranAway = false;
    for (let i = 0; i < REFRESH && iteration < stop.maxIterations; i++) {
      stop.signal?.throwIfAborted();
      const pending = solver.iterate();
      if (pending) await pending;
      const now = look();
      ranAway = !inRange(now) || now.objective > low.objective * (1 + RISE) + ROUNDING * start;
      if (ranAway) break;
      if (isBetter(now, low)) {
        low = now;
        solver.keep();
      }
      const { error, gradient } = now;
      history.push({ iteration: ++iteration, error, gradient });
      if (stop.onIteration) await stop.onIteration({ iteration, error, gradient }, weights, intercept);
      if (reached(now, stop)) break;
    }
    if (ranAway) solver.recall();
    await solver.restart();
    const next = here();
    stalls = next.objective < start * (1 - PROGRESS) ? 0 : stalls + 1;
    if (isBetter(next, best) || reached(next, stop)) best = next;
    else await solver.restart(best.weights);
  }
}

interface Point {
  readonly error: number;
  readonly gradient: number;
  readonly objective: number;
}

/** Lower, or as low but for rounding and flatter. */
const isBetter = (a: Point, b: Point): boolean =>
  a.objective < b.objective * (1 - ROUNDING) ||
  (a.objective <= b.objective * (1 + ROUNDING) && a.gradient < b.gradient);

const inRange = ({ error, gradient }: Point): boolean => Number.isFinite(error) && Number.isFinite(gradient);

interface Solver {
  /** Opens gates and sets the weights to zero. */
  begin(): Promise<void>;
  /** Takes residual and search direction anew from the weights, or from those given. */
  restart(from?: Float32Array): Promise<void>;
  /** A promise only where there is something to wait for. */
  iterate(): Promise<void> | undefined;
  /** Keeps a copy of the weights, for `recall`. */
  keep(): void;
  recall(): void;
  squaredError(): number;
  gradientNorm(): number;
  objective(): number;
  weights(): Float32Array;
  intercept(): Float32Array;
}

/** A problem with weights of rows as one without: rows of X and Y are scaled by their roots, which leaves gates as they are. */
function withoutWeights({ weights, ...problem }: LeastSquares): Plain {
  const { intercept = false, y, a } = problem;
  const none = new Float64Array(a.cols);
  if (!weights) {
    const targets = intercept ? centreTargets(y) : { y: y as Matrix, means: none };
    return { problem, targets, roots: new Float32Array(1) };
  }
  const { roots, total } = rootsOf(weights);
  const { y: rest, means } = intercept ? centreWeighted(y, weights) : { y, means: none };
  return {
    problem: { ...problem, x: scaledRows(problem.x, roots) },
    targets: { y: scaledRows(rest, roots), means },
    roots: intercept ? roots : new Float32Array(1),
    ...(intercept && { share: 1 / total }),
  };
}

interface Plain {
  readonly problem: LeastSquares;
  /** Centred where there is an intercept. */
  readonly targets: { readonly y: Matrix; readonly means: Float64Array };
  /** √s of each row, where the intercept needs them. */
  readonly roots: Float32Array;
  readonly share?: number;
}

async function compileSolver(scope: Scope, given: LeastSquares, runtime: Runtime): Promise<Solver> {
  const { problem, targets, roots, share } = withoutWeights(given);
  const { x, gates, a, ridge, intercept = false, precondition = true } = problem;
  const sizes: Sizes = { samples: x.rows, dimension: x.cols, neurons: gates.rows, outputs: a.cols };
  const conditioner = await preconditionerOf(precondition, problem, runtime);
  const shape = { sizes, rows: blockRows(sizes), form: formOf(sizes), conditioner, ridge, intercept, share };
  const open = scope.own(await compile(openGatesGraph(shape), runtime, { inputs: { x, u: gates } }));
  const shared = { x, a, g: open.outputs.g };
  const t = conditioner.values;
  const step = scope.own(
    await compile(iterationGraph(shape), runtime, {
      inputs: { ...shared, again: shared.g, t, s: { data: roots } },
      carry: { w: 'w', r: 'r', p: 'p', squared: 'squared', level: 'level' },
    }),
  );
  const { w, r, p, squared, level } = step.inputs;
  const residual = scope.own(
    await compile(residualGraph(shape), runtime, {
      inputs: { ...shared, s: { data: roots }, y: targets.y, w },
      outputs: { r, level },
    }),
  );
  const direction = scope.own(
    await compile(directionGraph(shape), runtime, {
      inputs: { ...shared, t, r, w },
      outputs: { p, squared },
    }),
  );
  const kept = blockIn(scope, runtime.arena.alloc('float32', gates.data.length));
  let last: { readonly error: number; readonly gradient: number } = { error: 0, gradient: 0 };
  const remember = ({
    outputs,
  }: {
    outputs: { error: { float32: Float32Array }; gradient: { float32: Float32Array } };
  }) => {
    last = { error: outputs.error.float32[0]!, gradient: Math.sqrt(outputs.gradient.float32[0]!) };
  };
  const redirect = async () => {
    await direction.run();
    remember(direction);
  };
  const restart = async (from?: Float32Array) => {
    if (from) w.float32.set(from);
    await residual.run();
    await redirect();
  };
  return {
    async begin() {
      await open.run();
      w.float32.fill(0);
      // Outputs are zeros: the residual is Y.
      r.float32.set(targets.y.data);
      level.float32.fill(0);
      await redirect();
    },
    restart,
    iterate() {
      const pending = step.runNow();
      if (pending) return pending.then(() => remember(step));
      remember(step);
      return undefined;
    },
    keep: () => kept.data.set(w.float32),
    recall: () => w.float32.set(kept.data),
    squaredError: () => last.error,
    gradientNorm: () => last.gradient,
    objective: () => last.error + (ridge > 0 ? ridge * runtime.kernels.norm2(w.float32) ** 2 : 0),
    weights: () => w.float32.slice(),
    intercept: () => Float32Array.from(level.float32, (mean, j) => targets.means[j]! + mean),
  };
}
