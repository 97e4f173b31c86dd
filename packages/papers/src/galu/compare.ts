import { defineExperiment, type RunContext, UsageError } from '@unbraid/experiment';
import { galuNetwork, gaussianGates, outputWeights, reluNetwork } from '@unbraid/galu';
import type { Runtime } from '@unbraid/graph';
import { createRandom, type Random } from '@unbraid/kernels';
import { z } from 'zod';
import {
  type CompareData,
  type ExactTools,
  exactFit,
  type GaluParts,
  gradientFit,
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

interface Tools {
  readonly context: RunContext<Settings>;
  readonly runtime: Runtime;
  /** Counts a finished fit. */
  done(): void;
  /** Tells what is happening now. */
  tell(detail: string): void;
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
    const runtime = nodeRuntime();
    const random = createRandom(context.seed);
    const images = await loadDigits(trainImages, testImages);
    const training = validationLast(images.training, validationImages, random.split('validation'));
    const tools = { context, runtime, ...counter(context, inputs.length * neurons.length * 4) };
    const results: CompareResult[] = [];
    for (const d of inputs) {
      tools.tell(`d = ${d}: preparing inputs`);
      context.signal.throwIfAborted();
      const data = { ...networkInputs({ training, test: images.test }, d), held: validationImages };
      for (const k of neurons) {
        const size = { inputs: d, neurons: k };
        results.push(...(await compareAt(size, data, random.split(`d ${d}, k ${k}`), tools)));
      }
    }
    await reportCompare(context, results);
    return summarizeCompare(results);
  },
});

function counter({ progress }: RunContext<Settings>, total: number): Pick<Tools, 'done' | 'tell'> {
  let done = 0;
  const tell = (detail?: string): void => progress({ done, total, label: 'fits', ...(detail && { detail }) });
  return {
    tell,
    done() {
      done++;
      tell();
    },
  };
}

async function compareAt(size: Size, data: CompareData, random: Random, tools: Tools): Promise<CompareResult[]> {
  const dimension = data.training.x.cols;
  const gates = gaussianGates(size.neurons, dimension, random.split('gates'));
  const a = outputWeights(size.neurons, 10, random.split('output weights'));
  const byAdam = async (network: 'ReLU' | 'GaLU') => {
    const model = network === 'ReLU' ? reluNetwork({ inputs: dimension, a }) : galuNetwork({ gates, a });
    return {
      ...size,
      network,
      method: 'Adam' as const,
      ...(await adamUnit(size, network, model, data, random, tools)),
    };
  };
  return [
    await byAdam('ReLU'),
    await byAdam('GaLU'),
    { ...size, network: 'GaLU', method: 'exact', ...(await exactUnits(size, { gates, a }, data, tools)) },
  ];
}

const nameOf = (network: string, { inputs, neurons }: Size) => `${network}, d = ${inputs}, k = ${neurons}`;

async function adamUnit(
  size: Size,
  network: string,
  model: Parameters<typeof gradientFit>[0],
  data: CompareData,
  random: Random,
  { context, runtime, done, tell }: Tools,
) {
  const { checkpoints, signal, settings: chosen } = context;
  const name = `${nameOf(network, size)}, Adam`;
  const seed = random.split(`fit ${network}`).int(2 ** 31);
  const fitted = await context.unit(name, () =>
    gradientFit(model, data, chosen, {
      runtime,
      seed,
      signal,
      checkpoints,
      onEpoch({ epoch, ...point }) {
        context.log({ fit: name, epoch, ...point });
        tell(`${name}: epoch ${epoch} of ${chosen.epochs}`);
      },
    }),
  );
  done();
  return fitted;
}

/** One fit without the validation images tries the numbers of iterations; the best is repeated with them. */
async function exactUnits(size: Size, parts: GaluParts, { training, held, test }: CompareData, tools: Tools) {
  const { context, done } = tools;
  const { iterations: tried, ridge } = context.settings;
  const cut = training.x.rows - held;
  const split = { training: rowsOf(training, 0, cut), test: rowsOf(training, cut, training.x.rows) };
  const trial = `${nameOf('GaLU', size)}, CGLS, iterations tried`;
  const scores = await context.unit(trial, async () => {
    const found = await validateIterations(parts, split, { tried, ridge }, exactTools(trial, tools));
    for (const score of found) context.log({ fit: trial, ...score });
    return found;
  });
  done();
  const { iterations, validation } = scores.reduce((a, b) => (b.validation > a.validation ? b : a));
  const final = `${nameOf('GaLU', size)}, CGLS, ${iterations} iterations, all images`;
  const fit = await context.unit(final, async () => {
    const found = await exactFit(parts, { training, test }, { iterations, ridge }, exactTools(final, tools));
    context.log({ fit: final, training: found.training, test: found.test });
    return found;
  });
  done();
  return { ...fit, validation, chosen: iterations };
}

const exactTools = (name: string, { context, runtime, tell }: Tools): ExactTools => ({
  runtime,
  signal: context.signal,
  onIteration: (iteration) => tell(`${name}: iteration ${iteration}`),
});
