import { defineExperiment, latest, once, type RunContext, UsageError } from '@unbraid/experiment';
import { galuNetwork, gaussianGates, outputWeights, reluNetwork } from '@unbraid/galu';
import type { Runtime } from '@unbraid/graph';
import { createRandom, type Random } from '@unbraid/kernels';
import { z } from 'zod';
import {
  type AdamFit,
  type CompareData,
  exactFit,
  type GaluParts,
  gradientFit,
  type IterationScores,
  validateIterations,
} from './compare-fits.ts';
import { type CompareResult, reportCompare, summarizeCompare } from './compare-report.ts';
import { loadDigits, networkInputs, PIXELS, rowsOf, validationLast } from './digits.ts';

const counts = () => z.array(z.int().min(1)).min(1);

const settings = z.object({
  trainImages: z.int().min(500).max(60_000).default(60_000).describe('Training images, from the first on'),
  testImages: z.int().min(100).max(10_000).default(10_000).describe('Test images, from the first on'),
  validationImages: z
    .int()
    .min(50)
    .default(5000)
    .describe('Of the training images, how many choose epochs and iterations, drawn by class'),
  inputs: z
    .array(z.int().min(1).max(PIXELS))
    .min(1)
    .default([50, PIXELS])
    .describe('Dimensions d of the inputs: 784 for the pixels, fewer for so many principal components'),
  neurons: counts().default([100, 300, 1000]).describe('Numbers of neurons k'),
  iterations: counts()
    .default([25, 40, 50, 60, 75])
    .describe('Numbers of iterations of CGLS among which validation chooses for the exact fit'),
  ridge: z.number().min(0).default(0).describe('λ of the exact fit, which adds λ‖W‖² to the summed squares'),
  epochs: z.int().min(1).default(10).describe('Epochs of Adam'),
  batchSize: z.int().min(1).default(128).describe('Images in a step of Adam'),
  learningRate: z
    .number()
    .positive()
    .default(0.003)
    .describe('Learning rate of Adam at the start; it falls to 0 as half a cosine'),
  loss: z.enum(['crossEntropy', 'squared']).default('crossEntropy').describe('Loss that Adam minimizes'),
});

type Settings = z.output<typeof settings>;

/** One size of networks on one kind of inputs. */
interface Size {
  /** d, without the column of ones */
  readonly inputs: number;
  /** k */
  readonly neurons: number;
}

/** What is done of each size, in this order: networks trained by Adam, and the exact fit's numbers of iterations tried. */
const stages = ['ReLU', 'GaLU', 'iterations'] as const;

interface Stage {
  readonly size: Size;
  readonly stage: (typeof stages)[number];
}

interface Tools {
  readonly context: RunContext<Settings>;
  readonly runtime: Runtime;
  readonly random: Random;
  /** Images as networks of so many inputs are given them. */
  readonly dataOf: (inputs: number) => Promise<CompareData>;
}

export const compare = defineExperiment({
  name: 'galu/compare',
  title: 'GaLU and ReLU networks of one size on MNIST',
  paper: 'arXiv 1906.05032',
  description:
    'Trains GaLU and ReLU networks with the same fixed output weights on handwritten digits, on principal components and on pixels, ' +
    'by the same gradient method, and GaLU also by conjugate gradients, which end at its global optimum. ' +
    'As in the paper, outputs have no intercept; inputs have a column of ones. It shows that the two networks reach about the same accuracy at every size, and what exact training adds. ' +
    'Epochs and iterations are chosen on images held out of training; the exact fit is then repeated on all training images.',
  settings,
  presets: {
    smoke: {
      trainImages: 600,
      testImages: 500,
      validationImages: 100,
      inputs: [20],
      neurons: [20, 60],
      iterations: [5, 10],
      epochs: 3,
      batchSize: 50,
    },
    short: { trainImages: 10_000, validationImages: 2000, iterations: [10, 15, 20, 30, 40], epochs: 12 },
    full: {},
  },
  metrics: {
    iterations: { description: 'Iterations of CGLS before the validation accuracy was measured', by: ['fit'] },
    loss: { description: "Mean training loss over the epoch's batches", x: 'epoch', by: ['fit'] },
    training: { description: 'Accuracy on the training images', unit: '%', x: 'epoch', by: ['fit'] },
    validation: { description: 'Accuracy on the validation images', unit: '%', x: 'epoch', by: ['fit'] },
    test: { description: 'Accuracy on the test images', unit: '%', by: ['fit'] },
  },
  summary: {
    galuTest:
      'Test accuracy in percent of GaLU at the largest k: of the inputs and the training that were best in validation',
    reluTest: 'Test accuracy in percent of ReLU at the largest k: of the inputs that were best in validation',
    maxGap:
      'Largest difference of test accuracy between GaLU (trained as was best in validation) and ReLU, over k and inputs, in percentage points',
    maxGapAdam: 'The same with both trained by Adam',
    galuAdamTest: 'Test accuracy in percent at the largest k of GaLU trained by Adam, on the inputs best in validation',
    galuExactTest: 'The same trained by CGLS',
  },
  async run(context) {
    const { inputs, neurons, trainImages, testImages, validationImages } = context.settings;
    if (validationImages > trainImages / 2) {
      throw new UsageError(
        `galu/compare: validationImages is ${validationImages} of ${trainImages} trainImages; it can be half of them at most`,
      );
    }
    const { nodeRuntime } = await import('@unbraid/graph/node');
    const random = createRandom(context.seed);
    const images = once(async () => {
      const { training, test } = await loadDigits(trainImages, testImages);
      return { training: validationLast(training, validationImages, random.split('validation')), test };
    });
    const dataOf = latest(async (d: number) => ({ ...networkInputs(await images(), d), held: validationImages }));
    const tools: Tools = { context, runtime: nodeRuntime(), random, dataOf };
    const sizes = inputs.flatMap((d) => neurons.map((k): Size => ({ inputs: d, neurons: k })));
    const results: CompareResult[] = [];
    await context.eachUnit<Stage, AdamFit | IterationScores>(
      sizes.flatMap((size) => stages.map((stage) => ({ size, stage }))),
      keyOf,
      (at) => (at.stage === 'iterations' ? tryIterations(at, tools) : trainByAdam(at, at.stage, tools)),
      async (found, { size, stage }) => {
        results.push(
          stage === 'iterations'
            ? { ...size, network: 'GaLU', method: 'exact', ...(await chosenFit(size, found as IterationScores, tools)) }
            : { ...size, network: stage, method: 'Adam', ...(found as AdamFit) },
        );
      },
      { label: 'fits' },
    );
    await reportCompare(context, results);
    return summarizeCompare(results);
  },
});

const nameOf = (network: string, { inputs, neurons }: Size) => `${network}, d = ${inputs}, k = ${neurons}`;

const keyOf = ({ size, stage }: Stage): string =>
  stage === 'iterations' ? `${nameOf('GaLU', size)}, CGLS, iterations tried` : `${nameOf(stage, size)}, Adam`;

const streamOf = ({ inputs, neurons }: Size, { random }: Tools): Random => random.split(`d ${inputs}, k ${neurons}`);

/** What GaLU networks of a size are made of. */
function partsOf(size: Size, { training }: CompareData, tools: Tools): GaluParts {
  const random = streamOf(size, tools);
  return {
    gates: gaussianGates(size.neurons, training.x.cols, random.split('gates')),
    a: outputWeights(size.neurons, 10, random.split('output weights')),
  };
}

async function trainByAdam(at: Stage, network: 'ReLU' | 'GaLU', tools: Tools): Promise<AdamFit> {
  const { context, runtime } = tools;
  const { checkpoints, signal, settings: chosen } = context;
  const data = await tools.dataOf(at.size.inputs);
  const { gates, a } = partsOf(at.size, data, tools);
  const model = network === 'ReLU' ? reluNetwork({ inputs: gates.cols, a }) : galuNetwork({ gates, a });
  return gradientFit(model, data, chosen, {
    runtime,
    seed: streamOf(at.size, tools)
      .split(`fit ${network}`)
      .int(2 ** 31),
    signal,
    checkpoints,
    onEpoch({ epoch, ...point }) {
      context.log({ fit: keyOf(at), epoch, ...point });
      context.progress({ done: epoch, total: chosen.epochs, detail: `epoch ${epoch} of ${chosen.epochs}` });
    },
  });
}

/** One fit without the validation images tries the numbers of iterations. */
async function tryIterations(at: Stage, tools: Tools): Promise<IterationScores> {
  const { context, runtime } = tools;
  const { iterations: tried, ridge } = context.settings;
  const data = await tools.dataOf(at.size.inputs);
  const { training, held } = data;
  const cut = training.x.rows - held;
  const split = { training: rowsOf(training, 0, cut), test: rowsOf(training, cut, training.x.rows) };
  const scores = await validateIterations(
    partsOf(at.size, data, tools),
    split,
    { tried, ridge },
    {
      runtime,
      signal: context.signal,
      onIteration: (done) => context.progress({ done, total: Math.max(...tried), detail: `iteration ${done}` }),
    },
  );
  for (const score of scores) context.log({ fit: keyOf(at), ...score });
  return scores;
}

/** The exact fit on all training images, with the number of iterations that was best: it waits for that choice, so it is no unit among the others. */
async function chosenFit(size: Size, scores: IterationScores, tools: Tools) {
  const { context, runtime } = tools;
  const { iterations, validation } = scores.reduce((a, b) => (b.validation > a.validation ? b : a));
  const name = `${nameOf('GaLU', size)}, CGLS, ${iterations} iterations, all images`;
  const fit = await context.unit(name, async () => {
    const data = await tools.dataOf(size.inputs);
    const { signal, settings } = context;
    const found = await exactFit(
      partsOf(size, data, tools),
      data,
      { iterations, ridge: settings.ridge },
      { runtime, signal },
    );
    context.log({ fit: name, training: found.training, test: found.test });
    return found;
  });
  return { ...fit, validation, chosen: iterations };
}
