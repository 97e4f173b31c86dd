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
import type { Conditioner, Sketch } from './sketch.ts';

/** What is evaluated at once: networks with the same gates and ridge, each a column (or, by softmax, as many as there are classes). */
export interface ManyNetworks
  extends Pick<Design, 'gates' | 'a' | 'intercept'>,
    Pick<Rows, 'targets' | 'folds' | 'classes'> {
  /** Classes exclude one another. */
  readonly exclusive: boolean;
  readonly sketch: Sketch;
}

/** What may differ from one evaluation to the next. */
export interface Given extends Pick<Rows, 'masks'> {
  readonly ridge: number;
  readonly conditioner: Conditioner;
}

/** Results of a run, over those of the one before it. */
export interface Outputs {
  /** Outputs, m × columns */
  readonly outputs: Float32Array;
  /** p × columns */
  readonly v: Float32Array;
  /** Of outputs in terms of Z itself, by column. */
  readonly shift: Float32Array;
}

/** The same of a run with derivatives. */
export interface Evaluated {
  /** Of each network. */
  readonly values: Float64Array;
  /** In θ, and below it in b, (p + 1) × columns */
  readonly gradient: Float32Array;
}

/** All networks at θ (p × columns) and b (columns). */
export interface Objective {
  evaluate(theta: Float32Array, b: Float32Array, given: Given): Promise<Evaluated>;
  outputs(theta: Float32Array, b: Float32Array, given: Given): Promise<Outputs>;
}

/**
 * The loss of all networks, Σ s ℓ(y, Z'(a ⊙ V) + b), with its penalty Σ λ V², and the gradient in θ and b. Z' is Z less its mean, and V = P θ with the preconditioner P of
 * the sketch, in which all have about the same curvature in every direction.
 */
export async function compileObjective(scope: Scope, many: ManyNetworks, runtime: Runtime): Promise<Objective> {
  const { folds, classes, exclusive, sketch, intercept } = many;
  const { z, rank } = sketch;
  const [m, p, q] = [z.rows, z.cols, folds * classes];
  const conditioner = { directions: f32(p, rank), along: f32(rank, 1), across: f32(1, 1) };
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
    { z: f32(m, p), rest: f32(m, q), v: f32(p, q), shrinkage: f32(1, 1), ...conditioner, ...scaling },
    ({ z: rows, rest, v, shrinkage, factors, means, directions, along, across }) => {
      const drift = reduceSum(rest, { axes: [0], keepDims: true });
      const slope = sub(matmul(rows, rest, { transposeA: true }), matmul(means, drift, { transposeA: true }));
      return {
        gradient: concat([
          precondition(add(mul(factors, slope), mul(shrinkage, v)), { directions, along, across }),
          drift,
        ]),
      };
    },
  );
  const shared = {
    z,
    directions: { data: sketch.directions },
    factors: { data: factorsOf(many) },
    means: { data: sketch.means },
  };
  const forward = scope.own(await compile(out, runtime, { inputs: shared }));
  const backward = scope.own(await compile(back, runtime, { inputs: { ...shared, v: forward.outputs.v } }));
  const lossesOf = exclusive ? softmaxLosses : logisticLosses;
  async function run(theta: Float32Array, b: Float32Array, { along, across }: Conditioner) {
    forward.inputs.theta.float32.set(theta);
    forward.inputs.b.float32.set(b);
    forward.inputs.along.float32.set(along);
    forward.inputs.across.float32[0] = across;
    await forward.run();
    const { outputs, v, shift } = forward.outputs;
    return { outputs: outputs.float32, v: v.float32, shift: shift.float32 };
  }
  return {
    outputs: (theta, b, { conditioner: given }) => run(theta, b, given),
    async evaluate(theta, b, { masks, ridge, conditioner: given }) {
      const { outputs } = await run(theta, b, given);
      const values = lossesOf(outputs, backward.inputs.rest.float32, { ...many, masks });
      backward.inputs.along.float32.set(given.along);
      backward.inputs.across.float32[0] = given.across;
      backward.inputs.shrinkage.float32[0] = 2 * ridge;
      await backward.run();
      const squares = forward.outputs.squares.float32;
      const each = q / values.length;
      for (let j = 0; j < q; j++) values[Math.floor(j / each)]! += ridge * squares[j]!;
      const gradient = backward.outputs.gradient.float32.slice();
      if (!intercept) gradient.fill(0, p * q);
      return { values, gradient };
    },
  };
}

/** P t. */
const precondition = (
  t: Tensor,
  { directions, along, across }: { readonly directions: Tensor; readonly along: Tensor; readonly across: Tensor },
): Tensor => add(matmul(directions, mul(along, matmul(directions, t, { transposeA: true }))), mul(across, t));
