import { checkSettings, count, finite, given, InputError, integer, type MatrixLike } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import { type Runtime, withScope } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { createRandom } from '@unbraid/kernels';
import { predict } from '@unbraid/nn';
import { object } from 'zod';
import { checkParams, inputsOf } from '../check.ts';
import { distanceBetween } from '../kernel-sensitivity.ts';
import type { Eigenvalue } from '../lanczos.ts';
import type { NtkNetworkOptions } from '../network.ts';
import { shared } from '../options.ts';
import { tangentKernel } from '../tangent-kernel.ts';
import type { TangentPoint } from '../tangent-point.ts';
import { trainableOnly } from '../trainable.ts';
import { activationBounds } from './activation-bounds.ts';
import { jacobianChangeBound } from './certificate.ts';
import { type Found, lowest } from './search.ts';
import { compileEigenvalueGradient, smallestOf } from './smallest-eigenvalue.ts';

/** What `plConstantInBall` takes beside the point and the inputs. */
export interface BallOptions {
  /** R: the ball is ‖w − w₀‖ ≤ R, over weights that are trained. */
  readonly radius: number;
  /** Searches: the first from w₀, the others from random places in the ball. Default 3. */
  readonly starts?: number;
  /** Most kernels that a search looks at. Default 60. */
  readonly maxIterations?: number;
  /** Of the random places. Default 0. */
  readonly seed?: number;
  /** The options of `ntkNetwork` that the model was made by: with them there is a lower bound. */
  readonly network?: NtkNetworkOptions;
  readonly runtime?: Runtime;
  readonly signal?: AbortSignal;
}

/** λ_min of the tangent kernel in a ball: what is a bound and what an estimate. */
export interface PlConstantInBall {
  /** λ_min(K(w₀)), and how far it is off by rounding at most. */
  readonly start: Eigenvalue;
  /**
   * An upper bound of the least in the ball: λ_min(K(w)) at a place in it that was searched for. The least may lie lower; `bound` is rounding.
   */
  readonly upperBound: Eigenvalue;
  /**
   * A lower bound of λ_min(K(w)) at every w of the ball, from norms of layers and derivatives of φ; 0 where they say nothing, undefined without `network`. Where it is
   * positive, the PL* condition holds in the whole ball.
   */
  readonly lowerBound: number | undefined;
  /** An estimate: λ_min(K(w₀)) − R ‖∇ λ_min‖, the lowest to first order. It is no bound: the slope changes on the way. */
  readonly firstOrderEstimate: number;
  /** Where the upper bound was found, flat, and its distance from w₀. */
  readonly params: Float32Array;
  readonly distance: number;
  /** Kernels that were looked at. */
  readonly kernels: number;
}

const settings = object({
  radius: finite({ above: 0 }),
  starts: count().default(3),
  maxIterations: integer({ min: 1 }).default(60),
  seed: integer().default(0),
  network: given<NtkNetworkOptions>().optional(),
  ...shared,
});

/** Outputs that `network` says and those of the model differ by less than this, relative, where it is the same network. */
const SAME = 1e-3;

/**
 * The constant of the PL* condition in a ball around the start, μ = min λ_min(K(w)) over ‖w − w₀‖ ≤ R: where it is positive and R large enough, gradient descent reaches
 * zero loss (Liu, Zhu and Belkin 2022, theorem 4). The minimum itself is out of reach; this encloses it: from above by searches that follow the gradient of λ_min, from below
 * by (√λ_min(K(w₀)) − sup ‖J(w) − J(w₀)‖)².
 * @throws {InputError} for settings, parameters or inputs that don't fit, models whose rows depend on each other, and a `network` that is not the model
 */
export async function plConstantInBall(
  point: TangentPoint,
  xs: MatrixLike,
  options: BallOptions,
): Promise<PlConstantInBall> {
  const checked = checkSettings('linearity: plConstantInBall', settings, options);
  const { radius, network, signal } = checked;
  checkParams(point.model, point.params);
  const x = inputsOf('x', xs);
  const runtime = checked.runtime ?? (await defaultRuntime());
  const own = trainableOnly(point.model, point.params);
  const kernelOptions = { runtime, sampledRows: 0, ...(signal && { signal }) };
  const first = await tangentKernel(point, x, x, kernelOptions);
  if (first.meeting !== undefined)
    throw new InputError(
      'model',
      `linearity: rows of this model meet in ${first.meeting}; λ_min in a ball is known where they don't`,
    );
  const { vector: _, ...start } = smallestOf(first);
  const outputs = first.kernel.rows / x.rows;
  return withScope(async (scope) => {
    const gradient = await compileEigenvalueGradient(scope, runtime, { ...own, x, outputs });
    const value = async (params: Float32Array) =>
      smallestOf(await tangentKernel({ model: own.model, params }, x, x, kernelOptions));
    const random = createRandom(checked.seed).split('ball');
    const found: Found[] = [];
    for (let k = 0; k < checked.starts; k++) {
      const from = k === 0 ? own.params : placeIn(own.params, radius, random.split(k));
      const search = { centre: own.params, radius, value, gradient, maxIterations: checked.maxIterations, signal };
      found.push(await lowest(from, search));
    }
    const best = found.reduce((least, each) => (each.value < least.value ? each : least));
    return {
      start,
      upperBound: { value: best.value, bound: best.bound },
      lowerBound: network && (await lowerBoundOf(point, x, { network, radius, start }, runtime)),
      firstOrderEstimate: start.value - radius * found[0]!.firstSlope,
      params: own.spread(best.params, point.params.slice()),
      distance: distanceBetween(best.params, own.params),
      kernels: found.reduce((sum, { kernels }) => sum + kernels, 0),
    };
  });
}

function placeIn(centre: Float32Array, radius: number, random: ReturnType<typeof createRandom>): Float32Array {
  const direction = random.normal(new Float32Array(centre.length));
  const length = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0));
  return centre.map((value, i) => value + (radius * direction[i]!) / length);
}

interface Claim {
  readonly network: NtkNetworkOptions;
  readonly radius: number;
  readonly start: Eigenvalue;
}

async function lowerBoundOf(
  point: TangentPoint,
  x: Matrix,
  { network, radius, start }: Claim,
  runtime: Runtime,
): Promise<number> {
  activationBounds(network.activation ?? 'tanh');
  const { change, outputs } = jacobianChangeBound(point, x, network, radius);
  const { data } = await predict(point.model, point.params, x, { runtime });
  let [miss, size] = [0, 0];
  data.forEach((value, i) => {
    miss += (value - outputs[i]!) ** 2;
    size += value ** 2;
  });
  if (!(miss <= SAME ** 2 * size) || data.length !== outputs.length)
    throw new InputError(
      'setting',
      'linearity: the model is not the one that `network` says: their outputs differ; give the options that it was made by',
    );
  const root = Math.sqrt(Math.max(0, start.value - start.bound)) - change;
  return root > 0 ? root ** 2 : 0;
}
