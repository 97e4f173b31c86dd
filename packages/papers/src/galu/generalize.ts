import { createMatrix, type Matrix, selectRows } from '@unbraid/data';
import { defineExperiment, once, type RunContext } from '@unbraid/experiment';
import {
  gaussianGates,
  generalizationBound,
  outputWeights,
  predictOutputs,
  rampLoss,
  solveLeastSquares,
} from '@unbraid/galu';
import type { Runtime } from '@unbraid/graph';
import { createRandom, type Random } from '@unbraid/kernels';
import { z } from 'zod';
import { type Digits, inputsSetting, loadDigits, networkInputs, rowsOf } from './digits.ts';
import { type GeneralizeTrial, reportGeneralize, summarizeGeneralize } from './generalize-report.ts';

const settings = z.object({
  samples: z
    .array(z.int().min(10).max(40_000))
    .min(1)
    .default([250, 500, 1000, 2000, 4000, 8000])
    .describe('Sample sizes m'),
  neurons: z.array(z.int().min(1)).min(1).default([100, 300, 1000, 3000]).describe('Numbers of neurons k'),
  inputs: inputsSetting,
  repeats: z.int().min(1).default(5).describe('Samples and networks drawn for each m and k'),
  testImages: z
    .int()
    .min(100)
    .max(10_000)
    .default(10_000)
    .describe('Images on which the loss of a network is measured'),
  ridge: z.number().min(0).default(0.001).describe('λ/m: training minimizes the mean squared error plus λ/m · ‖W‖²'),
  iterations: z
    .int()
    .min(1)
    .default(500)
    .describe('Most iterations of CGLS; it ends before at a relative gradient of 1e-4'),
  delta: z.number().gt(0).lt(1).default(0.05).describe('The bound holds with probability 1 − δ for one sample'),
});

type Settings = z.output<typeof settings>;

/** Axes and scale of the inputs come from these first images, which are in no sample: the bound wants inputs that do not depend on it. */
const PREPARATION_IMAGES = 5000;

/** A sample, its size and network. */
interface Case {
  /** m */
  readonly samples: number;
  /** k */
  readonly neurons: number;
  readonly labels: 'true' | 'shuffled';
  readonly repeat: number;
}

interface Pool {
  /** Samples are drawn from here. */
  readonly pool: Digits;
  readonly test: Digits;
}

export const generalize = defineExperiment({
  name: 'galu/generalize',
  title: 'Generalization of GaLU networks: bound and measured gap',
  paper: 'arXiv 1906.05032',
  description:
    'Trains GaLU networks to the optimum to tell digits below 5 from the others, with true labels and with labels shuffled among the images, ' +
    'and sets the gap between test and training loss beside the bound that depends on the distance the weights have travelled. ' +
    'Shuffled labels take a much longer way, so the bound grows where the gap does; both shrink with the sample.',
  settings,
  presets: {
    smoke: { samples: [50, 100], neurons: [20, 50], inputs: 10, repeats: 1, testImages: 200, iterations: 50 },
    short: {
      samples: [250, 500, 1000, 2000, 4000],
      neurons: [100, 300, 1000],
      repeats: 2,
      testImages: 5000,
      iterations: 200,
    },
    full: {},
  },
  metrics: {
    trainLoss: { description: 'Ramp loss on the training images', x: 'samples', by: ['neurons', 'labels', 'repeat'] },
    testLoss: { description: 'Ramp loss on the test images', x: 'samples', by: ['neurons', 'labels', 'repeat'] },
    gap: { description: 'Test loss less training loss', x: 'samples', by: ['neurons', 'labels', 'repeat'] },
    distance: { description: 'Distance that the weights travelled', x: 'samples', by: ['neurons', 'labels', 'repeat'] },
    complexity: {
      description: "The bound's term for what the network could fit",
      x: 'samples',
      by: ['neurons', 'labels', 'repeat'],
    },
    confidence: {
      description: "The bound's term for what chance adds",
      x: 'samples',
      by: ['neurons', 'labels', 'repeat'],
    },
    bound: { description: 'Bound of the gap', x: 'samples', by: ['neurons', 'labels', 'repeat'] },
  },
  summary: {
    worstGapOverBound:
      'Largest ratio of measured gap to bound over all networks; the bound holds where it is at most 1',
    gapTrueLabels:
      'Test loss less training loss (ramp loss) at the largest m and k with true labels, mean over repeats',
    gapShuffledLabels: 'The same with shuffled labels',
    boundTrueLabels: 'Bound of the gap at the largest m and k with true labels, mean over repeats',
    boundShuffledLabels: 'The same with shuffled labels',
  },
  async run(context) {
    const { nodeRuntime } = await import('@unbraid/graph/node');
    const runtime = nodeRuntime();
    const random = createRandom(context.seed);
    const pool = once(() => loadPool(context.settings));
    const trials = await context.units(
      casesOf(context.settings),
      (at) => `m = ${at.samples}, k = ${at.neurons}, ${at.labels} labels, repeat ${at.repeat}`,
      async (at) => {
        const result = await runTrial(at, await pool(), random, context, runtime);
        context.log({ ...result });
        return result;
      },
      { label: 'fits' },
    );
    await reportGeneralize(context, trials);
    return summarizeGeneralize(trials);
  },
});

function casesOf({ samples, neurons, repeats }: Settings): Case[] {
  const labels = ['true', 'shuffled'] as const;
  return samples.flatMap((m) =>
    neurons.flatMap((k) =>
      labels.flatMap((kind) =>
        Array.from({ length: repeats }, (_, repeat) => ({ samples: m, neurons: k, labels: kind, repeat })),
      ),
    ),
  );
}

/** All from the training part of MNIST, so that test images are of the distribution of the samples. */
async function loadPool({ samples, testImages, inputs }: Settings): Promise<Pool> {
  const count = PREPARATION_IMAGES + testImages + Math.max(...samples);
  const { training: images } = await loadDigits(count, 0);
  const { test: rest } = networkInputs(
    { training: rowsOf(images, 0, PREPARATION_IMAGES), test: rowsOf(images, PREPARATION_IMAGES, count) },
    inputs,
  );
  return { test: rowsOf(rest, 0, testImages), pool: rowsOf(rest, testImages, rest.x.rows) };
}

async function runTrial(
  at: Case,
  { pool, test }: Pool,
  random: Random,
  { settings: { ridge, iterations, delta }, signal }: RunContext<Settings>,
  runtime: Runtime,
): Promise<GeneralizeTrial> {
  const draw = random.split(`repeat ${at.repeat}`);
  const rows = draw.split('sample').permutation(pool.x.rows).subarray(0, at.samples);
  const x = selectRows(pool.x, rows);
  const truth = signs(rows.length, (i) => pool.labels[rows[i]!]!);
  const testTruth = signs(test.labels.length, (i) => test.labels[i]!);
  const shuffled = at.labels === 'shuffled';
  const y = shuffled ? reorder(truth, draw.split('shuffle')) : truth;
  const testY = shuffled ? reorder(testTruth, draw.split('shuffle of test')) : testTruth;
  const network = draw.split(`k = ${at.neurons}`);
  const gates = gaussianGates(at.neurons, x.cols, network.split('gates'));
  const a = outputWeights(at.neurons, 1, network.split('output weights'));
  // The bound is for networks without an intercept.
  const model = { gates, a, ridge: ridge * at.samples, intercept: false, precondition: 'gates' } as const;
  const problem = { x, y: createMatrix(y.length, 1, y), ...model };
  const stop = { tolerance: 1e-4, targetError: 0, maxIterations: iterations, signal };
  const { weights } = await solveLeastSquares(problem, { runtime, ...stop });
  const trained = { gates, a, weights: createMatrix(gates.rows, gates.cols, weights) };
  const losses = async (inputs: Matrix, labels: Float32Array) =>
    rampLoss((await predictOutputs(trained, inputs, { runtime })).data, labels);
  const trainLoss = await losses(x, y);
  const testLoss = await losses(test.x, testY);
  const distance = runtime.kernels.norm2(weights);
  const evaluated = { x, gates, alpha: a.data, distance, trainLoss, delta };
  const { complexity, confidence } = await generalizationBound(evaluated, { runtime });
  return {
    ...at,
    trainLoss,
    testLoss,
    gap: testLoss - trainLoss,
    distance,
    complexity,
    confidence,
    bound: complexity + confidence,
  };
}

const signs = (count: number, digit: (i: number) => number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => (digit(i) < 5 ? -1 : 1));

const reorder = (values: Float32Array, random: Random): Float32Array =>
  Float32Array.from(random.permutation(values.length), (i) => values[i]!);
