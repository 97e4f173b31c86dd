import { InputError } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import { withScope } from '@unbraid/graph';
import { logOdds } from '../newton.ts';
import type { CheckedStop, Iteration, Solution } from '../problem.ts';
import { type LogisticPasses, type LossSums, logisticPasses, momentsOf, type Streamed } from './passes.ts';
import { type Penalty, rowsPreconditioner } from './penalty.ts';
import { type AppliedPreconditioner, addScaled, dot, norm } from './vectors.ts';

const MAX_PRODUCTS = 200;
const MAX_HALVINGS = 30;
/** Share of the predicted decrease that a step has to bring (Armijo). */
const SUFFICIENT = 1e-4;
/** Sums of blocks in float32 don't tell smaller shares of the objective apart. */
const ROUNDING = 1e-6;
const FLATTER = 0.9;

/** W and b with all that is known there. */
interface Point {
  readonly w: Float64Array;
  readonly b: Float64Array;
  readonly sums: LossSums;
  /** Of the objective, in W. */
  readonly gradient: Float64Array;
  readonly objective: number;
  /** Norm of the gradient in W and b. */
  readonly slope: number;
}

interface Solver {
  readonly streamed: Streamed;
  readonly penalty: Penalty;
  readonly passes: LogisticPasses;
  readonly conditioner: AppliedPreconditioner;
}

/** Newton's method of `solveLogistic`, with a pass over the rows for each product with the Hessian and each look at the loss. */
export const solveLogisticRows = (streamed: Streamed, penalty: Penalty, stop: CheckedStop): Promise<Solution> =>
  withScope(async (scope) => {
    const moments = await momentsOf(scope, streamed);
    const conditioner = await rowsPreconditioner(scope, streamed, { ...penalty, ridge: 8 * penalty.ridge, moments });
    return iterate({ streamed, penalty, passes: await logisticPasses(scope, streamed), conditioner }, stop);
  });

async function evaluate({ penalty, passes }: Solver, w: Float64Array, b: Float64Array): Promise<Point> {
  const { ridge, intercept } = penalty;
  const sums = await passes.loss(Float32Array.from(w), Float32Array.from(b));
  const gradient = sums.back.slice();
  addScaled(2 * ridge, w, gradient);
  const slope = Math.hypot(norm(gradient), intercept ? norm(sums.sums) : 0);
  return { w, b, sums, gradient, objective: sums.loss + ridge * dot(w, w), slope };
}

async function iterate(solver: Solver, stop: CheckedStop): Promise<Solution> {
  const { reader, gates, a, y } = solver.streamed;
  const history: Iteration[] = [];
  const b = solver.penalty.intercept ? Float64Array.from(logOdds(y)) : new Float64Array(a.cols);
  let here = await evaluate(solver, new Float64Array(gates.data.length), b);
  const first = here.slope;
  for (let iteration = 0; ; iteration++) {
    const gradient = first > 0 ? here.slope / first : 0;
    const state = { iteration, error: here.sums.loss / reader.rows, gradient };
    if (!Number.isFinite(state.error) || !Number.isFinite(gradient)) {
      throw new InputError(
        'not-finite',
        'galu: the iteration left the range of float32; scale the inputs, or add ridge',
      );
    }
    const { w, b: level } = here;
    const [weights, intercept] = [() => Float32Array.from(w), () => Float32Array.from(level)];
    if (iteration > 0) {
      history.push(state);
      await stop.onIteration?.(state, weights, intercept);
    }
    const ended = (stopped: Solution['stopped']): Solution => ({
      error: state.error,
      gradient,
      weights: weights(),
      intercept: intercept(),
      iterations: iteration,
      stopped,
      history,
    });
    if (state.error <= stop.targetError) return ended('targetError');
    if (gradient <= stop.tolerance) return ended('tolerance');
    if (iteration >= stop.maxIterations) return ended('maxIterations');
    const next = await lineSearch(solver, here, await direction(solver, here, Math.min(0.5, Math.sqrt(gradient))));
    if (!next) return ended('stagnation');
    here = next;
  }
}

/** A step of W and b, and the objective's slope along it. */
interface Direction {
  readonly w: Float64Array;
  readonly b: Float64Array;
  readonly slope: number;
}

/** Solves for the step to a relative residual; b is eliminated as in `newton-graphs.ts`. */
async function direction(solver: Solver, here: Point, forcing: number): Promise<Direction> {
  const { streamed, penalty, passes, conditioner } = solver;
  const { sums, gradient } = here;
  const { ridge, intercept } = penalty;
  const shares = (of: Float64Array) =>
    of.map((sum, c) => (intercept && sums.weight[c]! > 0 ? sum / sums.weight[c]! : 0));
  const shift = shares(sums.sums);
  const reduced = gradient.slice();
  addScaled(-1, backOfWeights(shift, streamed.a, sums.open), reduced);
  const [w, b] = [new Float64Array(gradient.length), shift.map((value) => -value)];
  const residual = (await conditioner.transpose(reduced)).map((value) => -value);
  const p = residual.slice();
  let squared = dot(residual, residual);
  const goal = forcing ** 2 * squared;
  for (let i = 0; i < MAX_PRODUCTS && squared > goal; i++) {
    const step = await conditioner.apply(p);
    const product = await passes.curvature(step);
    const moved = shares(product.sums);
    addScaled(-1, backOfWeights(moved, streamed.a, sums.open), product.back);
    addScaled(2 * ridge, step, product.back);
    const image = await conditioner.transpose(product.back);
    const curvature = dot(p, image);
    if (!(curvature > 0)) break;
    const length = squared / curvature;
    addScaled(length, step, w);
    addScaled(-length, moved, b);
    addScaled(-length, image, residual);
    const next = dot(residual, residual);
    for (let j = 0; j < p.length; j++) p[j] = residual[j]! + (next / squared) * p[j]!;
    squared = next;
  }
  return { w, b, slope: dot(w, gradient) + (intercept ? dot(b, sums.sums) : 0) };
}

/** Φᵀ(D ⊙ 1 vᵀ): Σ_c v_c A_jc Σ_i d_ic g_ij z_i. */
function backOfWeights(v: Float64Array, a: Matrix, open: Float64Array): Float64Array {
  const size = open.length / a.cols;
  const d = size / a.rows;
  return Float64Array.from({ length: size }, (_, at) => {
    let sum = 0;
    for (let c = 0; c < a.cols; c++) sum += v[c]! * a.data[Math.floor(at / d) * a.cols + c]! * open[c * size + at]!;
    return sum;
  });
}

/** As that of `solveLogistic`. */
async function lineSearch(solver: Solver, here: Point, along: Direction): Promise<Point | undefined> {
  for (let step = 1, i = 0; i < MAX_HALVINGS; i++, step /= 2) {
    const [w, b] = [here.w.slice(), here.b.slice()];
    addScaled(step, along.w, w);
    addScaled(step, along.b, b);
    const next = await evaluate(solver, w, b);
    const lower = next.objective < here.objective && next.objective <= here.objective + SUFFICIENT * step * along.slope;
    const flatter = next.objective <= here.objective * (1 + ROUNDING) && next.slope <= FLATTER * here.slope;
    if (lower || flatter) return next;
  }
  return undefined;
}
