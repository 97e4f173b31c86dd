import {
  add,
  compile,
  concat,
  f32,
  logSumExp,
  matmul,
  mul,
  type Runtime,
  reduceSum,
  reshape,
  type Scope,
  type Shape,
  sigmoid,
  softmax,
  softplus,
  sub,
  type Tensor,
  trace,
} from '@unbraid/graph';
import { inBlocks } from '../../blocks.ts';
import { sumOf } from '../../network.ts';
import type { Design } from '../design.ts';
import { blocksOf, factorsOf, gatedRows } from './features.ts';
import type { Sketch } from './sketch.ts';

/** How the columns of V lie: ridge by ridge, of these fold by fold, of these class by class. */
export interface Columns {
  readonly ridges: number;
  readonly folds: number;
  readonly classes: number;
}

/** What is evaluated at once: many networks with the same gates, each a column (or, by softmax, as many as there are classes). */
export interface ManyNetworks extends Pick<Design, 'x' | 'gates' | 'a'>, Columns {
  /** 0 or 1, m × classes */
  readonly targets: Float32Array;
  /** How much each row counts in each fold's training, m × folds. */
  readonly masks: Float32Array;
  /** 2λ of each column */
  readonly shrinkage: Float32Array;
  /** Classes exclude one another. */
  readonly exclusive: boolean;
  readonly sketch: Sketch;
}

interface Numbers {
  readonly float32: Float32Array;
}

/** What is written before a run, and read after it. */
export interface Objective {
  readonly inputs: Readonly<Record<'theta' | 'b', Numbers>>;
  readonly outputs: Readonly<Record<'s' | 'loss' | 'penalty' | 'gradient' | 'v' | 'shift', Numbers>>;
  run(): Promise<void>;
}

/**
 * The loss of all networks, Σ s ℓ(y, Z'(a ⊙ V) + b), its penalty Σ λ V², and their gradient in θ and b. Z' is Z less its mean, and V = P θ with the preconditioner P of the sketch, in which
 * all have about the same curvature in every direction.
 */
export async function compileObjective(scope: Scope, many: ManyNetworks, runtime: Runtime): Promise<Objective> {
  const { x, gates, a, ridges, folds, classes, exclusive, sketch } = many;
  const p = gates.data.length;
  const q = ridges * folds * classes;
  const rows = blocksOf(x.rows, p);
  const r = sketch.rank;
  const specs = {
    x: inBlocks(rows, x.cols),
    u: f32(gates.rows, gates.cols),
    targets: inBlocks(rows, classes),
    masks: inBlocks(rows, folds),
    factors: f32(p, 1),
    means: f32(1, p),
    directions: f32(p, r),
    along: f32(r, q),
    across: f32(1, q),
    shrinkage: f32(1, q),
    theta: f32(p, q),
    b: f32(1, q),
  };
  const graph = trace(specs, (given) => {
    const { directions, along, across, shrinkage, theta, b, factors, means } = given;
    const precondition = (t: Tensor) =>
      add(matmul(directions, mul(along, matmul(directions, t, { transposeA: true }))), mul(across, t));
    const v = precondition(theta);
    const scaled = mul(factors, v);
    const shift = sub(b, matmul(means, scaled));
    const parts = given.x.map((block, i) => {
      const z = gatedRows(block, given.u);
      const s = add(matmul(z, scaled), shift);
      const shape: Shape = [block.shape[0]!, ridges, folds, classes];
      const [outputs, y, mask] = [
        reshape(s, shape),
        reshape(given.targets[i]!, [shape[0]!, 1, 1, classes]),
        reshape(given.masks[i]!, [shape[0]!, 1, folds, 1]),
      ];
      const rest = mul(mask, sub(exclusive ? softmax(outputs, 3) : sigmoid(outputs), y));
      const total = exclusive ? logSumExp(outputs, { axes: [3], keepDims: true }) : softplus(outputs);
      const said = mul(y, outputs);
      const loss = mul(mask, sub(total, exclusive ? reduceSum(said, { axes: [3], keepDims: true }) : said));
      const flat = reshape(rest, [shape[0]!, q]);
      return {
        s,
        loss: reshape(reduceSum(loss, { axes: [0] }), [1, exclusive ? q / classes : q]),
        slope: matmul(z, flat, { transposeA: true }),
        drift: reduceSum(flat, { axes: [0], keepDims: true }),
      };
    });
    const drift = sumOf(parts.map((part) => part.drift));
    const slope = sub(sumOf(parts.map((part) => part.slope)), matmul(means, drift, { transposeA: true }));
    return {
      s: parts.map((part) => part.s),
      loss: sumOf(parts.map((part) => part.loss)),
      penalty: mul(0.5, mul(shrinkage, reduceSum(mul(v, v), { axes: [0], keepDims: true }))),
      gradient: concat([precondition(add(mul(factors, slope), mul(shrinkage, v))), drift]),
      v,
      shift,
    };
  });
  const step = scope.own(await compile(graph, runtime, { inputs: { x, u: gates } }));
  const { inputs } = step;
  inputs.targets.float32.set(many.targets);
  inputs.masks.float32.set(many.masks);
  inputs.shrinkage.float32.set(many.shrinkage);
  inputs.means.float32.set(sketch.means);
  inputs.directions.float32.set(sketch.directions);
  inputs.factors.float32.set(factorsOf({ a, gates }));
  writePreconditioner(many, inputs.along.float32, inputs.across.float32);
  return step;
}

/** Of the second derivative of the logistic loss, at most 1/4, about what it is where most rows are told apart. */
export const CURVATURE = 0.1;

/** (H along the sketch's directions, and across them)^−½, H ≈ 0.1 M + 2λ. */
function writePreconditioner({ shrinkage, sketch }: ManyNetworks, along: Float32Array, across: Float32Array): void {
  shrinkage.forEach((shrink, j) => {
    across[j] = 1 / Math.sqrt(CURVATURE * sketch.rest + shrink);
    sketch.values.forEach((value, i) => {
      along[i * shrinkage.length + j] = 1 / Math.sqrt(CURVATURE * value + shrink) - across[j]!;
    });
  });
}
