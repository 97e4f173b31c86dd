import { type Scope, withScope } from '@unbraid/graph';
import { type CheckedStop, type Iteration, outOfRange, reached, type Solution } from '../problem.ts';
import { columnMean } from '../scores.ts';
import { addScaled, dot, norm } from '../vectors.ts';
import { momentsOf, type SquaredPasses, type Streamed, squaredPasses } from './passes.ts';
import { type Penalty, rowsPreconditioner } from './penalty.ts';
import { type AppliedPreconditioner, backOfConstant } from './vectors.ts';

/** Iterations at the most from one look at the true residual to the next. */
const REFRESH = 200;
/** A look that finds the objective lower by less than this share found nothing; after so many in a row there is no more to find. */
const PROGRESS = 1e-4;
const STALLS = 3;
/** The objective never rises, but for rounding. */
const RISE = 1e-3;

/**
 * Conjugate gradients on the normal equations of `solveLeastSquares`, preconditioned as there: one pass over the rows an iteration, of which Φᵀ of the step's image is the sum over blocks. The
 * residual, which CGLS keeps, would take two passes; that the recurrence is less exact without it is made up for by sums in double precision, and by looks at the true gradient.
 */
export const solveSquaredRows = (streamed: Streamed, penalty: Penalty, stop: CheckedStop): Promise<Solution> =>
  withScope(async (scope) => iterate(await prepare(scope, streamed, penalty), stop));

interface Solver {
  readonly streamed: Streamed;
  readonly penalty: Penalty;
  readonly passes: SquaredPasses;
  readonly conditioner: AppliedPreconditioner;
  /** Σ_i g_ij z_i */
  readonly open: Float64Array;
}

async function prepare(scope: Scope, streamed: Streamed, penalty: Penalty): Promise<Solver> {
  const moments = await momentsOf(scope, streamed);
  const conditioner = await rowsPreconditioner(scope, streamed, { ...penalty, moments });
  return { streamed, penalty, passes: await squaredPasses(scope, streamed), conditioner, open: moments.open };
}

/** W and b, the gradient Φᵀ(Y − N − b) − λW and ‖Y − N − b‖². */
interface Point {
  readonly w: Float64Array;
  readonly b: Float64Array;
  readonly gradient: Float64Array;
  squares: number;
}

const objectiveOf = ({ squares, w }: Point, ridge: number): number => squares + ridge * dot(w, w);

/** The true residual of weights in float32, with b where it is best. */
async function look({ streamed, penalty, passes, open }: Solver, from: Pick<Point, 'w' | 'b'>): Promise<Point> {
  const { ridge, intercept } = penalty;
  const [w32, b32] = [Float32Array.from(from.w), Float32Array.from(from.b)];
  const { back, sums, squares } = await passes.residual(w32, b32);
  const [w, b] = [Float64Array.from(w32), Float64Array.from(b32)];
  const point = { w, b, gradient: back, squares };
  if (intercept) centre(point.gradient, sums, { streamed, open });
  const means = intercept ? sums.map((sum) => sum / streamed.reader.rows) : sums.map(() => 0);
  addScaled(1, means, b);
  point.squares -= streamed.reader.rows * dot(means, means);
  addScaled(-ridge, w, point.gradient);
  return point;
}

/** Takes the part of what went back that is the means of it. */
function centre(back: Float64Array, sums: Float64Array, { streamed, open }: Pick<Solver, 'streamed' | 'open'>): void {
  const means = sums.map((sum) => sum / streamed.reader.rows);
  addScaled(-1, backOfConstant(means, streamed.a, open), back);
}

async function iterate(solver: Solver, stop: CheckedStop): Promise<Solution> {
  const { streamed, penalty } = solver;
  const { a, y, gates, reader } = streamed;
  const history: Iteration[] = [];
  const b = Float64Array.from({ length: a.cols }, (_, j) => (penalty.intercept ? columnMean(y, j) : 0));
  let best = await look(solver, { w: new Float64Array(gates.data.length), b });
  const first = norm(best.gradient);
  const stateOf = (point: Point) => ({
    error: Math.max(0, point.squares) / reader.rows,
    gradient: first > 0 ? norm(point.gradient) / first : 0,
  });
  for (let stalls = 0; ; ) {
    const state = stateOf(best);
    if (!Number.isFinite(state.error) || !Number.isFinite(state.gradient)) throw outOfRange();
    const stopped =
      reached(state, stop) ??
      (history.length >= stop.maxIterations ? 'maxIterations' : stalls >= STALLS ? 'stagnation' : undefined);
    if (stopped) {
      const [weights, intercept] = [Float32Array.from(best.w), Float32Array.from(best.b)];
      return { ...state, weights, intercept, iterations: history.length, stopped, history };
    }
    const start = objectiveOf(best, penalty.ridge);
    const next = await look(solver, await descend(solver, best, { stop, stateOf, history }));
    const found = objectiveOf(next, penalty.ridge);
    stalls = found < start * (1 - PROGRESS) ? 0 : stalls + 1;
    if (found <= start || reached(stateOf(next), stop)) best = next;
  }
}

interface Descent {
  readonly stop: CheckedStop;
  readonly stateOf: (point: Point) => Pick<Iteration, 'error' | 'gradient'>;
  readonly history: Iteration[];
}

/** Iterates from a point until its recurrence says that it is there, or it has gone on for long. */
async function descend(solver: Solver, from: Point, { stop, stateOf, history }: Descent): Promise<Point> {
  const { streamed, penalty, passes, conditioner } = solver;
  const { ridge, intercept } = penalty;
  const at = { w: from.w.slice(), b: from.b.slice(), gradient: from.gradient.slice(), squares: from.squares };
  const p = await conditioner.transpose(at.gradient);
  let squared = dot(p, p);
  for (let i = 0; i < REFRESH && history.length < stop.maxIterations && squared > 0; i++) {
    const before = objectiveOf(at, ridge);
    const step = await conditioner.apply(p);
    const { back, sums, squares } = await passes.image(step);
    const means = intercept ? sums.map((sum) => sum / streamed.reader.rows) : sums.map(() => 0);
    if (intercept) centre(back, sums, solver);
    const fit = squares - streamed.reader.rows * dot(means, means);
    const curvature = fit + ridge * dot(step, step);
    if (!(curvature > 0)) break;
    const length = squared / curvature;
    // ⟨r, Φ step⟩, by the gradient.
    const along = dot(at.gradient, step) + ridge * dot(at.w, step);
    at.squares += length * (length * fit - 2 * along);
    addScaled(length, step, at.w);
    addScaled(-length, means, at.b);
    addScaled(-length, back, at.gradient);
    addScaled(-length * ridge, step, at.gradient);
    const state = { iteration: history.length + 1, ...stateOf(at) };
    history.push(state);
    await stop.onIteration?.(
      state,
      () => Float32Array.from(at.w),
      () => Float32Array.from(at.b),
    );
    if (reached(state, stop)) break;
    if (objectiveOf(at, ridge) > before * (1 + RISE)) break;
    const s = await conditioner.transpose(at.gradient);
    const next = dot(s, s);
    for (let j = 0; j < p.length; j++) p[j] = s[j]! + (next / squared) * p[j]!;
    squared = next;
  }
  return at;
}
