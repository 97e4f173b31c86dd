import {
  applyScaling,
  createMatrix,
  fitPca,
  fitStandardization,
  gaussianSample,
  type Matrix,
  matrixRow,
  pcaTransform,
  randomSigns,
} from '@unbraid/data';
import { gaussianGates, outputWeights, reluNetwork, solveLeastSquares } from '@unbraid/galu';
import type { Runtime } from '@unbraid/graph';
import type { Random } from '@unbraid/kernels';
import { adam, cosineDecay, fit, meanSquaredError } from '@unbraid/nn';
import { loadDigits } from './digits.ts';

/** A sample to be memorized: inputs m × d, random signs m × 1. */
export interface Sample {
  readonly x: Matrix;
  readonly y: Matrix;
}

export interface Trial {
  /** Mean squared error that was reached. */
  readonly error: number;
  /** Iterations of CGLS, or steps of Adam. */
  readonly steps: number;
}

/** A sample counts as memorized at this mean squared error: outputs miss ±1 by 0.01 in the mean. */
export const MEMORIZED = 1e-4;

/** x_i ~ N(0, I_d), y_i = ±1 at random. */
export function gaussianTask(samples: number, dimension: number, random: Random): Sample {
  const { x, y } = gaussianSample({ samples, dimension, random });
  return { x, y: createMatrix(samples, 1, y) };
}

/** Makes a task of the first m images and d components. */
export type MnistTask = (samples: number, dimension: number, random: Random) => Sample;

/**
 * MNIST images with random signs for labels. Inputs are their leading principal components, each scaled to unit variance, so
 * that they have full rank.
 * @param most images, from the first on, of which the components are those
 * @param dimension the most that tasks may have
 */
export async function mnistTasks(most: number, dimension: number): Promise<MnistTask> {
  const { training } = await loadDigits(most, 100);
  const components = pcaTransform(fitPca(training.x, dimension), training.x);
  return (samples, d, random) => {
    const x = createMatrix(samples, d);
    for (let i = 0; i < samples; i++) x.data.set(matrixRow(components, i).subarray(0, d), i * d);
    applyScaling(fitStandardization(x), x, x);
    return { x, y: createMatrix(samples, 1, randomSigns(samples, random)) };
  };
}

/** GaLU, to the global optimum by CGLS. */
export async function memorizeByGalu(
  { x, y }: Sample,
  neurons: number,
  { random, runtime, iterations, signal }: TrialTools & { readonly iterations: number },
): Promise<Trial> {
  const gates = gaussianGates(neurons, x.cols, random.split('gates'));
  const a = outputWeights(neurons, 1, random.split('output weights'));
  const stop = { tolerance: 1e-5, targetError: MEMORIZED, maxIterations: iterations, signal };
  // As in the paper: an intercept would be one weight more.
  const model = { gates, a, ridge: 0, intercept: false, precondition: 'gates' } as const;
  const { error, iterations: steps } = await solveLeastSquares({ x, y, ...model }, { runtime, ...stop });
  return { error, steps };
}

export interface TrialTools {
  readonly random: Random;
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
}

/** The ReLU network with as many weights, by full-batch Adam: what it reaches within a number of steps, no more. */
export async function memorizeByRelu(
  { x, y }: Sample,
  neurons: number,
  {
    random,
    runtime,
    steps,
    learningRate,
    signal,
  }: TrialTools & { readonly steps: number; readonly learningRate: number },
): Promise<Trial> {
  const { history, steps: made } = await fit({
    model: reluNetwork({ inputs: x.cols, a: outputWeights(neurons, 1, random.split('output weights')) }),
    loss: meanSquaredError,
    data: { x, y },
    optimizer: adam(),
    learningRate: cosineDecay(learningRate, steps),
    batchSize: Number.POSITIVE_INFINITY,
    steps,
    keepBest: false,
    stop: ({ training }) => training.loss <= MEMORIZED,
    seed: random.split('weights').int(2 ** 31),
    signal,
    runtime,
  });
  return { error: history.at(-1)!.training.loss, steps: made };
}
