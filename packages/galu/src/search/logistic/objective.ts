import {
  add,
  compile,
  concat,
  f32,
  matmul,
  mul,
  type Runtime,
  reduceSum,
  type Scope,
  sub,
  type Tensor,
  trace,
} from '@unbraid/graph';
import type { Design } from '../design.ts';
import { factorsOf } from './features.ts';
import { logisticLosses, type Rows, softmaxLosses } from './losses.ts';
import type { Sketch } from './sketch.ts';

/** What is evaluated at once: many networks with the same gates, each a column (or, by softmax, as many as there are classes). */
export interface ManyNetworks extends Pick<Design, 'gates' | 'a' | 'intercept'>, Rows {
  /** 2λ of each column */
  readonly shrinkage: Float32Array;
  /** Classes exclude one another. */
  readonly exclusive: boolean;
  readonly sketch: Sketch;
}

/** A run's results, over those of the one before it. */
export interface Evaluated {
  /** Outputs, m × columns */
  readonly outputs: Float32Array;
  /** Of each network. */
  readonly values: Float64Array;
  /** In θ, and below it in b, (p + 1) × columns */
  readonly gradient: Float32Array;
  /** p × columns */
  readonly v: Float32Array;
  /** Of outputs in terms of Z itself, by column. */
  readonly shift: Float32Array;
}

/** All networks at θ (p × columns) and b (columns). */
export type Objective = (theta: Float32Array, b: Float32Array) => Promise<Evaluated>;

/**
 * The loss of all networks, Σ s ℓ(y, Z'(a ⊙ V) + b), with its penalty Σ λ V², and the gradient in θ and b. Z' is Z less its mean, and V = P θ with the preconditioner P of
 * the sketch, in which all have about the same curvature in every direction.
 */
export async function compileObjective(scope: Scope, many: ManyNetworks, runtime: Runtime): Promise<Objective> {
  const { ridges, folds, classes, exclusive, sketch, shrinkage, intercept } = many;
  const { z, rank } = sketch;
  const [m, p, q] = [z.rows, z.cols, ridges * folds * classes];
  const conditioner = { directions: f32(p, rank), along: f32(rank, q), across: f32(1, q) };
  const scaling = { factors: f32(p, 1), means: f32(1, p) };
  const out = trace(
    { z: f32(m, p), theta: f32(p, q), b: f32(1, q), ...conditioner, ...scaling },
    ({ z: rows, theta, b, factors, means, directions, along, across }) => {
      const v = precondition(theta, { directions, along, across });
      const scaled = mul(factors, v);
      const shift = sub(b, matmul(means, scaled));
      return { outputs: add(matmul(rows, scaled), shift), v, squares: reduceSum(mul(v, v), { axes: [0] }), shift };
    },
  );
  const back = trace(
    { z: f32(m, p), rest: f32(m, q), v: f32(p, q), shrinkage: f32(1, q), ...conditioner, ...scaling },
    ({ z: rows, rest, v, shrinkage: shrink, factors, means, directions, along, across }) => {
      const drift = reduceSum(rest, { axes: [0], keepDims: true });
      const slope = sub(matmul(rows, rest, { transposeA: true }), matmul(means, drift, { transposeA: true }));
      return {
        gradient: concat([
          precondition(add(mul(factors, slope), mul(shrink, v)), { directions, along, across }),
          drift,
        ]),
      };
    },
  );
  const shared = {
    z,
    directions: { data: sketch.directions },
    ...preconditionerOf(many),
    factors: { data: factorsOf(many) },
    means: { data: sketch.means },
  };
  const forward = scope.own(await compile(out, runtime, { inputs: shared }));
  const inputs = { ...shared, v: forward.outputs.v, shrinkage: { data: shrinkage } };
  const backward = scope.own(await compile(back, runtime, { inputs }));
  const lossesOf = exclusive ? softmaxLosses : logisticLosses;
  return async (theta, b) => {
    forward.inputs.theta.float32.set(theta);
    forward.inputs.b.float32.set(b);
    await forward.run();
    const outputs = forward.outputs.outputs.float32;
    const values = lossesOf(outputs, backward.inputs.rest.float32, many);
    await backward.run();
    const squares = forward.outputs.squares.float32;
    const each = q / values.length;
    for (let j = 0; j < q; j++) values[Math.floor(j / each)]! += (shrinkage[j]! / 2) * squares[j]!;
    const gradient = backward.outputs.gradient.float32;
    if (!intercept) gradient.fill(0, p * q);
    return { outputs, values, gradient, v: forward.outputs.v.float32, shift: forward.outputs.shift.float32 };
  };
}

/** P t. */
const precondition = (
  t: Tensor,
  { directions, along, across }: { readonly directions: Tensor; readonly along: Tensor; readonly across: Tensor },
): Tensor => add(matmul(directions, mul(along, matmul(directions, t, { transposeA: true }))), mul(across, t));

/** Of the second derivative of the logistic loss, at most 1/4, about what it is where most rows are told apart. */
export const CURVATURE = 0.1;

/** P = (H along the sketch's directions, and across them)^−½, H ≈ 0.1 M + 2λ: what is along them, rank × columns, and across them. */
function preconditionerOf({ shrinkage, sketch }: ManyNetworks): {
  along: { data: Float32Array };
  across: { data: Float32Array };
} {
  const across = shrinkage.map((shrink) => 1 / Math.sqrt(CURVATURE * sketch.rest + shrink));
  const along = new Float32Array(sketch.rank * across.length);
  sketch.values.forEach((value, i) => {
    shrinkage.forEach((shrink, j) => {
      along[i * across.length + j] = 1 / Math.sqrt(CURVATURE * value + shrink) - across[j]!;
    });
  });
  return { along: { data: along }, across: { data: across } };
}
