import { checkFiniteValues, InputError } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import { f32, matmul, mul, type Runtime, reduceSum, trace } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { blockRows, inBlocks } from './blocks.ts';
import { checkMatrix } from './check-data.ts';
import type { KernelNetwork } from './kernel.ts';
import { openGates } from './network.ts';
import { type RunOptions, runOnce } from './run-once.ts';

/** A trained GaLU network with one output, and the sample that it was trained on. */
export interface BoundProblem extends KernelNetwork {
  /** Training inputs, m × d. */
  readonly x: Matrix;
  /** ‖W − W₀‖_F, how far training went. W₀, gates and α must have been chosen without looking at the sample. */
  readonly distance: number;
  /** Mean over the sample of a loss that lies in [0, 1] and is 1-Lipschitz in the network's output, such as `rampLoss`. */
  readonly trainLoss: number;
  /** Probability with which the bound may fail, in (0, 1); 0.05 by default. */
  readonly delta?: number;
}

/** A bound of the expected loss, and what it is the sum of. */
export interface GeneralizationBound {
  /** 2 R, R the bound of the Rademacher complexity of all networks that are no farther than `radius` from W₀. */
  readonly complexity: number;
  /** What chance adds, from m and δ. */
  readonly confidence: number;
  /** trainLoss + complexity + confidence. Above 1 it says nothing, for the loss is at most 1. */
  readonly bound: number;
  /** `distance`, rounded up to the next radius of the grid 2^(i/4), i whole. */
  readonly radius: number;
}

/**
 * Bounds the expected loss by the distance that training travelled. It is the textbook's bound for the structure of arXiv 1906.05032, not
 * that paper's own theorem (docs/methods/galu.md): with fixed gates the network is linear in W, so with probability 1 − δ over the sample, for all W at once,
 *
 *     test loss ≤ train loss + 2 R + 3 √(log(2/δ_i) / 2m),     R = B_i √(Σ_n ‖Φ(x_n)‖²) / m.
 *
 * Mohri, Rostamizadeh and Talwalkar, Foundations of Machine Learning, second edition: Theorem 3.3 (the inequality), Lemma 5.7 (a
 * 1-Lipschitz loss does not add to R) and Theorem 6.12 (R of a ball, by the trace of the kernel). They hold for a radius that is
 * chosen before the sample is seen. Training chooses it after, so they are used for every radius of a grid, B_i = 2^(i/4), each
 * with its share δ_i of δ, and the smallest B_i ≥ ‖W − W₀‖ counts.
 * @throws {InputError} for a negative distance, a training loss outside [0, 1], δ outside (0, 1), or sizes that don't agree
 */
export async function generalizationBound(
  problem: BoundProblem,
  options: RunOptions = {},
): Promise<GeneralizationBound> {
  const { x, distance, trainLoss, delta = 0.05 } = problem;
  checkProblem(problem, delta);
  const runtime = options.runtime ?? (await defaultRuntime());
  const { radius, share } = radiusOnGrid(distance);
  const kernelTrace = (await featureSquares(x, problem, runtime)).reduce((sum, square) => sum + square, 0);
  const complexity = (2 * radius * Math.sqrt(kernelTrace)) / x.rows;
  checkFiniteValues('galu: bound: the complexity', [complexity], 'scale the inputs');
  const confidence = 3 * Math.sqrt(Math.log(2 / (delta * share)) / (2 * x.rows));
  return { complexity, confidence, bound: trainLoss + complexity + confidence, radius };
}

/**
 * Mean of min(1, max(0, 1 − y N)), for outputs N and y = ±1. It is in [0, 1], 1-Lipschitz in N, and at least the share of signs that N
 * gets wrong.
 */
export function rampLoss(outputs: ArrayLike<number>, signs: ArrayLike<number>): number {
  if (outputs.length !== signs.length || outputs.length === 0) {
    throw new InputError(
      'data',
      `galu: ${outputs.length} outputs, ${signs.length} signs; one sign for each output is needed`,
    );
  }
  checkFiniteValues('galu: outputs', outputs, 'look for extreme inputs');
  let sum = 0;
  for (let i = 0; i < outputs.length; i++) {
    if (signs[i] !== 1 && signs[i] !== -1)
      throw new InputError('data', `galu: the sign at entry ${i} (counted from 0) is ${signs[i]}; −1 or 1 is needed`);
    sum += Math.min(1, Math.max(0, 1 - signs[i]! * outputs[i]!));
  }
  return sum / outputs.length;
}

/** ‖Φ(x_i)‖² = ‖x_i‖² Σ_j α_j² 1{u_j·x_i ≥ 0} for each row of X (m × d): the kernel's diagonal. */
export async function featureSquares(
  x: Matrix,
  { gates, alpha }: KernelNetwork,
  runtime: Runtime,
): Promise<Float32Array> {
  const rows = blockRows({ samples: x.rows, dimension: x.cols, neurons: gates.rows, outputs: 1 });
  const specs = { x: inBlocks(rows, x.cols), u: f32(gates.rows, gates.cols), alpha: f32(alpha.length, 1) };
  const graph = trace(specs, ({ x: blocks, u, alpha: a }) => ({
    squares: blocks.map((block) => {
      const open = matmul(openGates(block, u), mul(a, a));
      return mul(reduceSum(mul(block, block), { axes: [1], keepDims: true }), open);
    }),
  }));
  const squares = new Float32Array(x.rows);
  await runOnce(graph, runtime, {
    inputs: { x, u: gates, alpha: { data: alpha } },
    outputs: { squares: { data: squares } },
  });
  return squares;
}

const STEPS_PER_DOUBLING = 4;
/** No radius is smaller, so that a network that did not move has one. */
const SMALLEST_RADIUS = 2 ** -10;

/** The smallest radius 2^(i/4) that is at least `distance`, and its share of δ; the shares of all whole i sum to 1. */
function radiusOnGrid(distance: number): { radius: number; share: number } {
  const i = Math.ceil(STEPS_PER_DOUBLING * Math.log2(Math.max(distance, SMALLEST_RADIUS)));
  const n = Math.abs(i) + 1;
  // Over all whole i, Σ 1/(n (n + 1)) = 1/2 + 2 (1 − 1/2) = 3/2.
  return { radius: 2 ** (i / STEPS_PER_DOUBLING), share: 2 / (3 * n * (n + 1)) };
}

function checkProblem({ x, gates, alpha, distance, trainLoss }: BoundProblem, delta: number): void {
  const refuse = (what: string) => {
    throw new InputError('data', `galu: bound: ${what}`);
  };
  if (x.rows < 1) refuse('X has no rows; the training sample is needed');
  if (x.cols !== gates.cols) refuse(`X has ${x.cols} columns, the gates have ${gates.cols}; they must agree`);
  if (alpha.length !== gates.rows) {
    refuse(`alpha has ${alpha.length} entries, there are ${gates.rows} gates; a network with one output is needed`);
  }
  if (!(distance >= 0 && Number.isFinite(distance)))
    refuse(`distance is ${distance}; a number of at least 0 is needed`);
  if (!(trainLoss >= 0 && trainLoss <= 1)) refuse(`trainLoss is ${trainLoss}; a mean loss in [0, 1] is needed`);
  if (!(delta > 0 && delta < 1)) refuse(`delta is ${delta}; a probability in (0, 1) is needed`);
  checkMatrix('galu: X', x);
  checkMatrix('galu: gates', gates);
  checkFiniteValues('galu: alpha', alpha, 'give finite output weights');
}
