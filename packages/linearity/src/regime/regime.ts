import { checkSettings, DivergedError, finite, integer, type WarningListener } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import { constant, type Runtime, type Tensor } from '@unbraid/graph';
import { defaultRuntime } from '@unbraid/graph/runtime';
import { type AnyModel, meanSquaredError } from '@unbraid/nn';
import { object } from 'zod';
import { inputsOf, targetsOf } from '../check.ts';
import { type Descent, type DescentProblem, descend } from '../descend.ts';
import { hessianNorm } from '../hessian.ts';
import { kernelChange, largestRate } from '../kernel-facts.ts';
import { distanceBetween } from '../kernel-sensitivity.ts';
import { shared, warnings } from '../options.ts';
import { residualsOf } from '../residuals.ts';
import { tangentKernel } from '../tangent-kernel.ts';
import { kernelAlignment } from './alignment.ts';
import { distanceAtEnd, outputsOf, trainedApart } from './distances.ts';
import { scaledModel } from './scaled-model.ts';
import {
  type RegimeThresholds,
  regimeThresholds,
  type TrainingDeparture,
  type TrainingRegime,
  trainingRegimeOf,
} from './training-regime.ts';

/** How the network is trained, and where the regimes end. */
export interface RegimeOptions extends RegimeThresholds {
  /** Of gradient descent on the mean squared error. By default `share` of the largest that the kernel at the start allows. */
  readonly learningRate?: number;
  /** The step in units of `largestRate`: from 1 on the tangent model's loss grows. Default 0.5. */
  readonly share?: number;
  /** α, by which the output is multiplied, less its first value: see `scaledModel`. Default: the model as it is. */
  readonly scale?: number;
  /** Loss at which training ends. Default: a hundredth of the targets' mean square. */
  readonly targetLoss?: number;
  /** Default 1000. */
  readonly maxSteps?: number;
  /** Residual of the sharpness, relative. Default 0.01. */
  readonly tolerance?: number;
  /** Of the search for the sharpness. Default 0. */
  readonly seed?: number;
  readonly runtime?: Runtime;
  readonly signal?: AbortSignal;
  /** Is told where training ended before its target loss, and where a search did not converge; by default a process warning. */
  readonly onWarning?: WarningListener;
}

/** Where training took a network, and by what that is known. What is measured after training is infinite where it diverged. */
export interface Regime extends TrainingDeparture {
  readonly regime: TrainingRegime;
  readonly learningRate: number;
  readonly steps: number;
  /** Whether the target loss was reached. */
  readonly reached: boolean;
  /** ‖w_T − w₀‖ / ‖w₀‖ */
  readonly movement: number;
  /**
   * ‖f_T − g_T‖ / ‖g_T − f₀‖ over the rows, g_T being the tangent model's own outputs after as many steps at the same rate, in closed form.
   */
  readonly trainedApart: number;
  /** The cosine between kernel and targets (less the first outputs) before and after. */
  readonly alignment: readonly [number, number];
  /**
   * Learning rate times the largest eigenvalue of the loss's Hessian, before and after: gradient descent can't settle above 2, and where it ends near it, it is at
   * the edge of stability (Cohen et al. 2021). With kinks it is the Hessian of a smooth piece.
   */
  readonly stepSharpness: readonly [number, number];
}

const settings = object({
  learningRate: finite({ above: 0 }).optional(),
  share: finite({ above: 0 }).default(0.5),
  scale: finite({ above: 0 }).optional(),
  targetLoss: finite({ min: 0 }).optional(),
  maxSteps: integer({ min: 1 }).default(1000),
  tolerance: finite({ above: 0 }).default(0.01),
  seed: integer().default(0),
  lazyUpTo: finite({ above: 0 }).default(regimeThresholds.lazyUpTo),
  featuresFrom: finite({ above: 0 }).default(regimeThresholds.featuresFrom),
  trainedFrom: finite({ above: 0, max: 1 }).default(regimeThresholds.trainedFrom),
  ...shared,
  ...warnings,
});

/**
 * Trains a model by gradient descent on the mean squared error and says whether that was lazy or learnt features: how far the tangent kernel moved, towards the targets
 * or not, how far the weights went, how far the outputs are from those of the tangent model, and whether the step was at the edge of stability. The verdict follows
 * from the thresholds (`trainingRegimeOf`), for these rows, targets and this step: at a larger step, a smaller scale or with other targets it may be another one.
 * @throws {InputError} for settings, parameters, inputs or targets that don't fit, and for kernels or products that overflow float32 before training
 */
export async function regime(problem: DescentProblem, options: RegimeOptions = {}): Promise<Regime> {
  const checked = checkSettings('linearity: regime', settings, options);
  const { scale, share, maxSteps, signal, onWarning } = checked;
  const x = inputsOf('x', problem.x);
  const y = targetsOf(problem.y, x.rows);
  const runtime = checked.runtime ?? (await defaultRuntime());
  const { params } = problem;
  const model = scale === undefined ? problem.model : scaledModel(problem.model, params, scale);
  const bench: Bench = { model, x, y, runtime, checked };
  const kernel = await kernelAt(bench, params);
  const learningRate = checked.learningRate ?? share * largestRate(kernel);
  const square = y.data.reduce((sum, value) => sum + value ** 2, 0) / y.data.length;
  const first = await outputsOf(model, params, x, runtime);
  const wanted = residualsOf(y, first);
  const sharp = learningRate * (await sharpnessAt(bench, params));
  const aligned = kernelAlignment(kernel, wanted);
  let firstLoss = 0;
  const end = await trained(
    { model, params, x, y },
    {
      learningRate,
      targetLoss: checked.targetLoss ?? 0.01 * square,
      maxSteps,
      runtime,
      ...(signal && { signal }),
      ...(onWarning && { onWarning }),
      onStep: ({ step, loss }) => {
        if (step === 0) firstLoss = loss;
      },
    },
  );
  const common = { learningRate, firstLoss };
  if (end === undefined)
    return {
      ...common,
      ...diverged,
      alignment: [aligned, Number.POSITIVE_INFINITY],
      stepSharpness: [sharp, Number.POSITIVE_INFINITY],
    };
  const after = await kernelAt(bench, end.params);
  const departure = {
    ...common,
    loss: end.loss,
    kernelChange: kernelChange(kernel, after).value,
    distance: await distanceAtEnd({ model, params, x, runtime }, end.params),
  };
  const outputs = await outputsOf(model, end.params, x, runtime);
  return {
    ...departure,
    regime: trainingRegimeOf(departure, checked),
    steps: end.steps,
    reached: end.reached,
    movement: distanceBetween(end.params, params) / (runtime.kernels.norm2(params) || 1),
    trainedApart: trainedApart({ kernel, first, wanted, outputs }, { learningRate, steps: end.steps }),
    alignment: [aligned, kernelAlignment(after, wanted)],
    stepSharpness: [sharp, learningRate * (await sharpnessAt(bench, end.params))],
  };
}

const diverged = {
  regime: 'diverged',
  steps: 0,
  reached: false,
  loss: Number.POSITIVE_INFINITY,
  kernelChange: Number.POSITIVE_INFINITY,
  distance: Number.POSITIVE_INFINITY,
  movement: Number.POSITIVE_INFINITY,
  trainedApart: Number.POSITIVE_INFINITY,
} as const;

interface Bench {
  readonly model: AnyModel;
  readonly x: Matrix;
  readonly y: Matrix;
  readonly runtime: Runtime;
  readonly checked: {
    readonly tolerance: number;
    readonly seed: number;
    readonly signal?: AbortSignal | undefined;
    readonly onWarning?: WarningListener | undefined;
  };
}

const kernelAt = ({ model, x, runtime, checked: { signal } }: Bench, params: Float32Array) =>
  tangentKernel({ model, params }, x, x, { runtime, sampledRows: 0, ...(signal && { signal }) });

/** λ_max of the Hessian of the mean squared error. */
async function sharpnessAt({ model, x, y, runtime, checked }: Bench, params: Float32Array): Promise<number> {
  const { tolerance, seed, signal, onWarning } = checked;
  const scalar = (outputs: Tensor) => meanSquaredError(outputs, constant(y.data, [y.rows, y.cols]));
  const { upper } = await hessianNorm(
    { model, params, x, scalar },
    { tolerance, seed, runtime, kinks: 'pieces', ...(signal && { signal }), ...(onWarning && { onWarning }) },
  );
  return upper.value;
}

/** Undefined where the loss diverges. */
async function trained(problem: DescentProblem, options: Parameters<typeof descend>[1]): Promise<Descent | undefined> {
  try {
    return await descend(problem, options);
  } catch (error) {
    if (error instanceof DivergedError) return undefined;
    throw error;
  }
}
