import type { Matrix } from '@unbraid/data';
import type { Checkpoints } from '@unbraid/experiment';
import {
  accuracy,
  classesOf,
  encodeLabels,
  type HiddenParams,
  predictOutputs,
  type Solution,
  solveLeastSquares,
} from '@unbraid/galu';
import type { Runtime } from '@unbraid/graph';
import {
  accuracy as accuracyOf,
  adam,
  cosineDecay,
  type EpochRecord,
  fit,
  type Model,
  meanSquaredError,
  predict,
  softmaxCrossEntropy,
} from '@unbraid/nn';
import { type Digits, rowsOf } from './digits.ts';

/** The last `held` rows of `training` are for validation. */
export interface CompareData {
  readonly training: Digits;
  readonly held: number;
  readonly test: Digits;
}

/** Accuracies in percent. */
export interface CompareFit {
  /** Of the rows that were trained on. */
  readonly training: number;
  readonly validation: number;
  readonly test: number;
  /** The epoch, or number of iterations, that validation chose. */
  readonly chosen: number;
  readonly seconds: number;
}

/** An epoch; accuracies in percent. */
export interface EpochPoint {
  readonly epoch: number;
  readonly loss: number;
  /** The mean over the epoch's batches, each before its step. */
  readonly training: number;
  readonly validation: number;
}

/** A network trained by Adam. */
export interface AdamFit extends CompareFit {
  readonly curve: readonly EpochPoint[];
}

export interface GradientSettings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly loss: 'crossEntropy' | 'squared';
}

export interface GradientTools {
  readonly runtime: Runtime;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly checkpoints: Checkpoints;
  onEpoch(point: EpochPoint): void;
}

/** Adam on minibatches, with a learning rate that falls to 0; the epoch of the best validation accuracy counts. */
export async function gradientFit(
  model: Model<HiddenParams>,
  { training, held, test }: CompareData,
  { epochs, batchSize, learningRate, loss }: GradientSettings,
  { runtime, seed, signal, checkpoints, onEpoch }: GradientTools,
): Promise<AdamFit> {
  const cut = training.x.rows - held;
  const [fitted, validation] = [rowsOf(training, 0, cut), rowsOf(training, cut, training.x.rows)];
  const targets = ({ x, labels }: Digits) => ({ x, y: loss === 'squared' ? oneHot(labels) : labels });
  const result = await fit({
    model,
    loss: loss === 'squared' ? meanSquaredError : softmaxCrossEntropy,
    metrics: { accuracy: accuracyOf },
    optimizer: adam(),
    learningRate: cosineDecay(learningRate, epochs),
    data: targets(fitted),
    validation: targets(validation),
    keepBest: (epoch) => -epoch.validation!.accuracy!,
    batchSize,
    epochs,
    seed,
    signal,
    checkpoint: { load: () => checkpoints.load('fit'), save: (state) => checkpoints.save('fit', state) },
    onEpoch: (record) => onEpoch(pointOf(record)),
    runtime,
  });
  const { params, epoch, score } = result.best!;
  const percentRight = async ({ x, labels }: Digits) => percent(await predict(model, params, x, { runtime }), labels);
  return {
    training: await percentRight(fitted),
    validation: -100 * score,
    test: await percentRight(test),
    chosen: epoch,
    seconds: result.seconds,
    curve: result.history.map(pointOf),
  };
}

const pointOf = ({ epoch, training, validation }: EpochRecord): EpochPoint => ({
  epoch,
  loss: training.loss,
  training: 100 * training.accuracy!,
  validation: 100 * validation!.accuracy!,
});

const percent = (outputs: Matrix, labels: Int32Array): number => 100 * accuracy(classesOf(outputs), labels);

const DIGITS = 10;

const oneHot = (labels: Int32Array): Matrix => encodeLabels(labels, DIGITS, 0);

/** A GaLU network without its linear parts. */
export interface GaluParts {
  readonly gates: Matrix;
  readonly a: Matrix;
}

export interface ExactTools {
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
  onIteration?(iteration: number): void;
}

export interface ExactSettings {
  readonly iterations: number;
  readonly ridge: number;
}

export interface ExactFit {
  /** Accuracies in percent, of the rows trained on and of `test`. */
  readonly training: number;
  readonly test: number;
  readonly seconds: number;
  /** Mean squared error on the rows trained on after each iteration. */
  readonly errors: Float64Array;
}

/** CGLS on squared loss against one-hot targets, stopped after a number of iterations: fewer regularize more. */
export async function exactFit(
  parts: GaluParts,
  { training, test }: Pick<CompareData, 'training' | 'test'>,
  settings: ExactSettings,
  tools: ExactTools,
): Promise<ExactFit> {
  const began = performance.now();
  const { weights, history } = await solve(parts, training, settings, tools, () => {});
  const seconds = (performance.now() - began) / 1000;
  return {
    training: await percentRight(parts, weights, training, tools.runtime),
    test: await percentRight(parts, weights, test, tools.runtime),
    seconds,
    errors: Float64Array.from(history, ({ error }) => error),
  };
}

/** Accuracies in percent after numbers of iterations. */
export type IterationScores = readonly { readonly iterations: number; readonly validation: number }[];

/** Accuracies in percent on the rows that `test` holds after each of the numbers of iterations `tried`, all from one fit. */
export async function validateIterations(
  parts: GaluParts,
  { training, test }: Pick<CompareData, 'training' | 'test'>,
  { tried, ridge }: { readonly tried: readonly number[]; readonly ridge: number },
  tools: ExactTools,
): Promise<IterationScores> {
  const found: { iterations: number; validation: number }[] = [];
  await solve(parts, training, { iterations: Math.max(...tried), ridge }, tools, async (iterations, weights) => {
    if (!tried.includes(iterations)) return;
    found.push({ iterations, validation: await percentRight(parts, weights(), test, tools.runtime) });
  });
  return found;
}

const solve = (
  { gates, a }: GaluParts,
  { x, labels }: Digits,
  { iterations, ridge }: ExactSettings,
  { runtime, signal, onIteration }: ExactTools,
  look: (iteration: number, weights: () => Float32Array) => void | Promise<void>,
): Promise<Solution> =>
  // As in the paper there is no intercept. How well a number of iterations regularizes depends on the preconditioner: it is the
  // one by which the published figures were found.
  solveLeastSquares(
    { x, y: oneHot(labels), gates, a, ridge, intercept: false, precondition: 'gates' },
    {
      runtime,
      tolerance: 0,
      targetError: 0,
      maxIterations: iterations,
      signal,
      async onIteration({ iteration }, weights) {
        onIteration?.(iteration);
        await look(iteration, weights);
      },
    },
  );

async function percentRight(
  { gates, a }: GaluParts,
  weights: Float32Array,
  { x, labels }: Digits,
  runtime: Runtime,
): Promise<number> {
  const network = { gates, a, weights: { data: weights, rows: gates.rows, cols: gates.cols } };
  return percent(await predictOutputs(network, x, { runtime }), labels);
}
