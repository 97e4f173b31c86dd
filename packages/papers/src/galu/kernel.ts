import { createMatrix, type Matrix } from '@unbraid/data';
import { defineExperiment, once, type RunContext } from '@unbraid/experiment';
import {
  fitKernelRidge,
  galuKernel,
  gaussianGates,
  infiniteGaluKernel,
  outputWeights,
  predictKernelRidge,
} from '@unbraid/galu';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { z } from 'zod';
import { type DigitImages, type Digits, inputsSetting, loadDigits, networkInputs } from './digits.ts';
import { type KernelTrial, reportKernel, summarizeKernel } from './kernel-report.ts';

const DIGITS = 10;

const settings = z.object({
  neurons: z
    .array(z.int().min(1))
    .min(2)
    .default([10, 30, 100, 300, 1000, 3000, 10_000, 30_000])
    .describe('Numbers of neurons k of the finite networks'),
  repeats: z.int().min(1).default(5).describe('Networks drawn for each k'),
  samples: z.int().min(10).max(10_000).default(3000).describe('Training images m; time grows as m³'),
  testImages: z.int().min(10).max(10_000).default(5000).describe('Test images'),
  inputs: inputsSetting,
  ridge: z
    .number()
    .positive()
    .default(0.01)
    .describe('Ridge of the regression, as a share of the mean of the diagonal of the infinite kernel'),
});
type Settings = z.output<typeof settings>;

export const kernel = defineExperiment({
  name: 'galu/kernel',
  title: 'Finite GaLU networks approach the infinitely wide one',
  paper: 'arXiv 1906.05032',
  description:
    'A GaLU network is linear in its trained weights, so its kernel says all about training it. The kernel of k Gaussian gates is a mean over ' +
    'them, and its limit is known in closed form. The experiment measures on MNIST images how far the finite kernel is from the limit, which ' +
    'falls as 1/√k, and reads digits by ridge regression with both.',
  settings,
  presets: {
    smoke: { neurons: [10, 100, 1000], repeats: 1, samples: 200, testImages: 200, inputs: 20 },
    short: { neurons: [10, 30, 100, 300, 1000, 3000, 10_000], repeats: 3, samples: 1000, testImages: 1000 },
    full: {},
  },
  metrics: {
    difference: {
      description: 'Relative difference of the finite kernel from the infinite one',
      x: 'neurons',
      by: ['repeat'],
    },
    testError: { description: 'Share of test images that are misread', unit: '%', x: 'neurons', by: ['repeat'] },
  },
  summary: {
    slope:
      'Exponent p of the relative difference of finite and infinite kernel ~ k^p, fitted to the means; −1/2 is expected',
    differenceLargest: 'Relative difference of the kernels in the Frobenius norm at the largest k, mean over repeats',
    finiteTestError: 'Test error in percent of ridge regression with the kernel of the largest k, mean over repeats',
    infiniteTestError: 'Test error in percent of ridge regression with the infinite kernel',
    seconds: 'duration of the run',
  },
  async run(context) {
    const { neurons, repeats, samples, testImages, inputs } = context.settings;
    const problem = once(async () =>
      prepare(networkInputs(await loadDigits(samples, testImages), inputs), context.settings),
    );
    const cases = neurons.flatMap((k) => Array.from({ length: repeats }, (_, repeat) => ({ neurons: k, repeat })));
    const [infinite, ...finite] = await context.units<Case | undefined, number | KernelTrial>(
      [undefined, ...cases],
      (at) => (at === undefined ? 'infinite kernel' : `k = ${at.neurons}, repeat ${at.repeat}`),
      async (at) => (at === undefined ? infiniteTestError(await problem()) : measure(context, await problem(), at)),
      { label: 'kernels' },
    );
    const [infiniteError, trials] = [infinite as number, finite as KernelTrial[]];
    await reportKernel(context, trials, infiniteError);
    return summarizeKernel(trials, infiniteError);
  },
});

/** A finite kernel. */
type Case = Pick<KernelTrial, 'neurons' | 'repeat'>;

interface Problem {
  /** Training images, m × d, and behind them the test images. */
  readonly x: Matrix;
  readonly training: Digits;
  readonly test: Digits;
  /** Infinite kernel between all images and the training images. */
  readonly limit: Matrix;
  readonly ridge: number;
}

function prepare({ training, test }: DigitImages, { ridge }: Settings): Problem {
  const x = createMatrix(training.x.rows + test.x.rows, training.x.cols);
  x.data.set(training.x.data);
  x.data.set(test.x.data, training.x.data.length);
  const limit = infiniteGaluKernel(x, training.x);
  let diagonal = 0;
  for (let i = 0; i < limit.cols; i++) diagonal += limit.data[i * limit.cols + i]! / limit.cols;
  return { x, training, test, limit, ridge: ridge * diagonal };
}

async function measure(
  { seed, signal, log }: RunContext<Settings>,
  problem: Problem,
  { neurons, repeat }: Case,
): Promise<KernelTrial> {
  signal.throwIfAborted();
  const random = createRandom(seed).split(`k = ${neurons}`).split(repeat);
  const gates = gaussianGates(neurons, problem.x.cols, random.split('gates'));
  const alpha = outputWeights(neurons, 1, random.split('output weights')).data;
  const finite = await galuKernel(problem.x, problem.training.x, { gates, alpha }, { runtime: nodeRuntime() });
  const difference = relativeDifference(finite.data, problem.limit.data);
  const trial = { neurons, repeat, difference, testError: regressionError(finite, problem) };
  log(trial);
  return trial;
}

const infiniteTestError = (problem: Problem): number => regressionError(problem.limit, problem);

function relativeDifference(finite: Float32Array, limit: Float32Array): number {
  let [square, whole] = [0, 0];
  for (let at = 0; at < limit.length; at++) {
    square += (finite[at]! - limit[at]!) ** 2;
    whole += limit[at]! ** 2;
  }
  return Math.sqrt(square / whole);
}

/** Test images misread, in percent, by ridge regression of ±1 for each digit. */
function regressionError(all: Matrix, { training, test, ridge }: Problem): number {
  const m = training.labels.length;
  const y = createMatrix(m, DIGITS, new Float32Array(m * DIGITS).fill(-1));
  training.labels.forEach((digit, i) => {
    y.data[i * DIGITS + digit] = 1;
  });
  const beta = fitKernelRidge(createMatrix(m, m, all.data.subarray(0, m * m)), y, ridge);
  const outputs = predictKernelRidge(createMatrix(test.labels.length, m, all.data.subarray(m * m)), beta);
  const wrong = test.labels.filter((digit, i) => {
    const row = outputs.data.subarray(i * DIGITS, (i + 1) * DIGITS);
    return row.indexOf(Math.max(...row)) !== digit;
  });
  return (100 * wrong.length) / test.labels.length;
}
