import type { Matrix } from '@unbraid/data';
import { withScope } from '@unbraid/graph';
import { logOdds } from '../newton.ts';
import { conjugateSteps, iterateNewton, type Newton } from '../newton-steps.ts';
import type { CheckedStop, Solution } from '../problem.ts';
import { addScaled, dot, inDouble, norm } from '../vectors.ts';
import { type LogisticPasses, type LossSums, logisticPasses, momentsOf, type Streamed } from './passes.ts';
import { type Penalty, rowsPreconditioner } from './penalty.ts';
import type { AppliedPreconditioner } from './vectors.ts';

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
    const solver = newtonOf({ streamed, penalty, passes: await logisticPasses(scope, streamed), conditioner });
    return iterateNewton(solver, streamed.reader.rows, stop);
  });

/** Vectors are in double precision, and of a point that is looked at in single. */
function newtonOf({ streamed, penalty, passes, conditioner }: Solver): Newton {
  const { gates, a, y } = streamed;
  const { ridge, intercept } = penalty;
  const w = new Float64Array(gates.data.length);
  const b = intercept ? Float64Array.from(logOdds(y)) : new Float64Array(a.cols);
  let along = { w: new Float64Array(w.length), b: new Float64Array(b.length) };
  let here: { readonly sums: LossSums; readonly gradient: Float64Array } | undefined;
  const look = async () => {
    const sums = await passes.loss(Float32Array.from(w), Float32Array.from(b));
    const gradient = sums.back.slice();
    addScaled(2 * ridge, w, gradient);
    here = { sums, gradient };
    return here;
  };
  return {
    async evaluate() {
      const { sums, gradient } = await look();
      const slope = Math.hypot(norm(gradient), intercept ? norm(sums.sums) : 0);
      return { loss: sums.loss, objective: sums.loss + ridge * dot(w, w), gradient: slope };
    },
    async direction(forcing, signal) {
      const { sums, gradient } = here ?? (await look());
      // b is eliminated as in `newton-graphs.ts`.
      const shares = (of: Float64Array) =>
        of.map((sum, c) => (intercept && sums.weight[c]! > 0 ? sum / sums.weight[c]! : 0));
      const shift = shares(sums.sums);
      const reduced = gradient.slice();
      addScaled(-1, backOfWeights(shift, a, sums.open), reduced);
      along = { w: new Float64Array(w.length), b: shift.map((value) => -value) };
      const residual = { data: (await conditioner.transpose(reduced)).map((value) => -value) };
      const p = { data: new Float64Array(w.length) };
      let [step, moved]: [Float32Array, Float64Array] = [new Float32Array(w.length), shift];
      await conjugateSteps(inDouble, { residual, p }, forcing, {
        async product() {
          step = await conditioner.apply(p.data);
          const { back, sums: turned } = await passes.curvature(step);
          moved = shares(turned);
          addScaled(-1, backOfWeights(moved, a, sums.open), back);
          addScaled(2 * ridge, step, back);
          return conditioner.transpose(back);
        },
        advance(length) {
          addScaled(length, step, along.w);
          addScaled(-length, moved, along.b);
        },
        signal,
      });
      return dot(along.w, gradient) + (intercept ? dot(along.b, sums.sums) : 0);
    },
    move(length) {
      addScaled(length, along.w, w);
      addScaled(length, along.b, b);
    },
    weights: () => Float32Array.from(w),
    intercept: () => Float32Array.from(b),
  };
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
