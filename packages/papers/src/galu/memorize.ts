import { defineExperiment, once, type RunContext } from '@unbraid/experiment';
import type { Runtime } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { z } from 'zod';
import { type MemorizePoint, reportMemorize, summarizeMemorize } from './memorize-report.ts';
import {
  gaussianTask,
  MEMORIZED,
  type MnistTask,
  memorizeByGalu,
  memorizeByRelu,
  mnistTasks,
  type Trial,
} from './memorize-trials.ts';

const whole = z.int().min(1);
const settings = z.object({
  samples: z.array(z.int().min(50).max(60_000)).min(1).default([1000, 2000, 4000, 8000]).describe('Sample sizes m'),
  dimensions: z.array(z.int().min(2).max(784)).min(1).default([20, 50, 100]).describe('Input dimensions d'),
  ratios: z
    .array(z.number().positive())
    .min(2)
    .default([0.9, 0.96, 1, 1.02, 1.04, 1.06, 1.08, 1.1, 1.15, 1.2, 1.4])
    .describe('Ratios c = k·d/m to try for GaLU; k is rounded to a whole number and c follows from it'),
  trials: whole.default(5).describe('Samples drawn for each m, d, c'),
  iterations: whole.default(3000).describe('Most iterations of CGLS, for GaLU'),
  reluDimensions: z
    .array(z.int().min(2).max(784))
    .default([20, 50])
    .describe('Those of the dimensions at which ReLU is trained too'),
  reluRatios: z
    .array(z.number().positive())
    .min(2)
    .default([0.8, 1, 1.2, 1.4, 1.6, 2, 2.5, 3])
    .describe('Ratios c for ReLU'),
  reluTrials: whole.default(3).describe('Samples drawn for each m, d, c of ReLU'),
  reluSteps: whole.default(20_000).describe('Steps of full-batch Adam, for ReLU'),
  learningRate: z
    .number()
    .positive()
    .default(0.03)
    .describe('Learning rate of Adam at the start; it falls to 0 as half a cosine'),
});
type Settings = z.output<typeof settings>;

interface Series {
  readonly network: MemorizePoint['network'];
  readonly data: MemorizePoint['data'];
  readonly dimensions: readonly number[];
  readonly ratios: readonly number[];
  readonly trials: number;
}

export const memorize = defineExperiment({
  name: 'galu/memorize',
  title: 'How many weights it takes to memorize random labels',
  paper: 'arXiv 1906.05032, Section 3',
  description:
    'Networks of k neurons learn m random signs of inputs with d dimensions. A trial succeeds when the mean squared error falls to ' +
    `${MEMORIZED}. GaLU is trained to its global optimum, so success against c = k·d/m is a step just above 1, where there are as many weights as ` +
    'samples: k grows as m/d. As in the paper, networks have no intercept. ReLU networks of the same size are trained by Adam, so their success depends on the steps they are given. ' +
    'Inputs are Gaussian, or principal components of MNIST images scaled to unit variance; labels are always random.',
  settings,
  presets: {
    smoke: {
      samples: [200],
      dimensions: [10],
      ratios: [0.8, 1, 1.1, 1.3],
      trials: 1,
      iterations: 500,
      reluDimensions: [10],
      reluRatios: [0.8, 2],
      reluTrials: 1,
      reluSteps: 1000,
    },
    short: {
      samples: [1000, 2000, 4000],
      dimensions: [50],
      ratios: [0.9, 0.95, 1, 1.05, 1.1, 1.2],
      trials: 3,
      iterations: 1000,
      reluDimensions: [50],
      reluRatios: [1, 1.2, 1.5, 2, 3],
      reluTrials: 1,
      reluSteps: 3000,
    },
    full: {},
  },
  metrics: {
    k: { description: 'Neurons', x: 'c', by: ['network', 'data', 'm', 'd', 'trial'] },
    error: {
      description: 'Mean squared error on the sample that training reached',
      x: 'c',
      by: ['network', 'data', 'm', 'd', 'trial'],
    },
    steps: {
      description: 'Steps, or iterations of CGLS, that it took',
      x: 'c',
      by: ['network', 'data', 'm', 'd', 'trial'],
    },
  },
  summary: {
    transitionGaluGaussian:
      'c at which half of the GaLU trials succeed, Gaussian inputs; interpolated, the largest over d and m ≥ 1000 (over all m if none is as large)',
    transitionReluGaussian: 'the same for ReLU networks within their budget of steps',
    transitionGaluMnist: 'the same for GaLU on MNIST components',
    smallestTransitionGaluGaussian: 'the smallest transition over the same m and d, for GaLU with Gaussian inputs',
    seconds: 'duration of the run',
  },
  async run(context) {
    const { settings: s } = context;
    const cases = seriesOf(s).flatMap((series) => gridOf(series, s).map((size): Case => ({ ...series, ...size })));
    const runtime = nodeRuntime();
    const mnist = once(() => mnistTasks(Math.max(...s.samples), Math.max(...s.dimensions)));
    const measured = await context.units(cases, keyOf, (at) => measure(context, { runtime, mnist }, at), {
      label: 'points',
    });
    const points = measured.map((outcomes, i) => pointOf(cases[i]!, outcomes));
    await reportMemorize(context, points);
    return summarizeMemorize(points);
  },
});

function seriesOf({ dimensions, ratios, trials, reluDimensions, reluRatios, reluTrials }: Settings): Series[] {
  return [
    { network: 'GaLU', data: 'Gaussian', dimensions, ratios, trials },
    { network: 'GaLU', data: 'MNIST', dimensions, ratios, trials },
    { network: 'ReLU', data: 'Gaussian', dimensions: reluDimensions, ratios: reluRatios, trials: reluTrials },
  ];
}

interface Size {
  readonly m: number;
  readonly d: number;
  readonly k: number;
}

/** Every size that is tried; ratios that round to the same k are tried once. */
function gridOf({ dimensions, ratios }: Series, { samples }: Settings): Size[] {
  return samples.flatMap((m) =>
    dimensions.flatMap((d) => {
      const neurons = new Set(ratios.map((c) => Math.max(1, Math.round((c * m) / d))));
      return [...neurons].map((k) => ({ m, d, k }));
    }),
  );
}

type Case = Series & Size;

const keyOf = ({ network, data, m, d, k }: Case) => `${network} ${data} m=${m} d=${d} k=${k}`;

interface Tools {
  readonly runtime: Runtime;
  readonly mnist: () => Promise<MnistTask>;
}

async function measure(context: RunContext<Settings>, { runtime, mnist }: Tools, at: Case): Promise<Trial[]> {
  const { settings: s, seed, signal } = context;
  const { network, data, trials, m, d, k } = at;
  const results: Trial[] = [];
  for (let trial = 0; trial < trials; trial++) {
    signal.throwIfAborted();
    const random = createRandom(seed).split(keyOf(at)).split(trial);
    const task = data === 'MNIST' ? await mnist() : gaussianTask;
    const sample = task(m, d, random.split('sample'));
    const tools = { random, runtime, signal };
    const result =
      network === 'GaLU'
        ? await memorizeByGalu(sample, k, { ...tools, iterations: s.iterations })
        : await memorizeByRelu(sample, k, { ...tools, steps: s.reluSteps, learningRate: s.learningRate });
    context.log({ network, data, m, d, k, c: (k * d) / m, trial, error: result.error, steps: result.steps });
    results.push(result);
    context.progress({ done: trial + 1, total: trials });
  }
  return results;
}

function pointOf({ network, data, trials, m, d, k }: Case, outcomes: readonly Trial[]): MemorizePoint {
  const won = outcomes.filter(({ error }) => error <= MEMORIZED).length;
  return { network, data, m, d, k, c: (k * d) / m, rate: won / trials, trials };
}
