import { defineExperiment, latest, type RunContext, UsageError } from '@unbraid/experiment';
import type { Runtime } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { z } from 'zod';
import { type DeepFit, deepFit } from './deep-fits.ts';
import { type DeepImages, type DeepSetName, deepSets, loadDeepImages, missing } from './deep-images.ts';
import { baseOf, type DeepMethod, deepMethods } from './deep-methods.ts';
import { chosenRate, type DeepTrial, deepSummary, reportDeep, summarizeDeep, withBases } from './deep-report.ts';

const rates = () => z.array(z.number().positive()).min(1);

const settings = z.object({
  datasets: z
    .array(z.enum(deepSets))
    .min(1)
    .default([...deepSets])
    .describe('Data sets; one whose files are not here and can’t be downloaded is left out, with the reason'),
  methods: z
    .array(z.enum(deepMethods))
    .min(1)
    .default([...deepMethods])
    .describe('Networks; with gates of a trained ReLU network that one is trained too'),
  trainImages: z.int().min(200).max(60_000).default(60_000).describe('Training images, from the first on'),
  validationImages: z.int().min(50).default(5000).describe('Of them, how many choose rates and epochs, drawn by class'),
  testImages: z.int().min(100).max(10_000).default(10_000).describe('Test images, from the first on'),
  widths: z.array(z.int().min(1)).min(1).default([128, 128, 128]).describe('Neurons of each gated layer'),
  filters: z
    .array(z.int().min(1))
    .min(1)
    .max(4)
    .default([32, 64])
    .describe('Filters of each gated layer of convolutional networks, 3 × 3 at a stride of 2'),
  seeds: z.int().min(1).default(5).describe('Seeds that are reported; rates are chosen with another'),
  epochs: z.int().min(1).default(20).describe('Epochs of Adam'),
  batchSize: z.int().min(1).default(64).describe('Images in a step of Adam'),
  learningRates: rates()
    .default([0.0003, 0.001, 0.003])
    .describe('Learning rates of Adam at the start that are tried; they fall to 0 as half a cosine'),
  halfSpaces: z.int().min(1).max(8).default(4).describe('Half-spaces of a neuron of the gated linear network'),
  glnRates: rates()
    .default([0.0003, 0.001, 0.003, 0.01])
    .describe('Its rates that are tried; they fall as 1/t after the first pass'),
  glnEpochs: z.int().min(1).default(1).describe('Its passes over the images'),
});

type Settings = z.output<typeof settings>;

/** A training: of a rate to choose it, or at the chosen one to be reported. */
interface Plan {
  readonly data: DeepSetName;
  readonly method: DeepMethod;
  readonly rate: number;
  readonly run: number;
}

const AXES = { x: 'run', by: ['data', 'method', 'stage', 'rate'] } as const;

export const deep = defineExperiment({
  name: 'galu/deep',
  title: 'Deep networks whose gates are apart from their linear parts',
  paper: 'arXiv 2006.10529, section 6; arXiv 1910.01526',
  description:
    'Trains ReLU networks of several layers, and networks of the same widths whose gates are apart from their linear parts: of a random network, of random half-spaces, of the ReLU network ' +
    'after its training, or trained along in a network of their own; fully connected and convolutional. Beside them a gated linear network, which learns an image at a time and goes back through no layer. ' +
    'The published finding is that gates which were learnt hold nearly all that a ReLU network knows, and random ones much less.',
  settings,
  presets: {
    smoke: {
      ...{ datasets: ['mnist'], trainImages: 500, validationImages: 100, testImages: 300, widths: [16, 16] },
      ...{ filters: [4, 4], seeds: 2, epochs: 6, batchSize: 50, learningRates: [0.01, 0.03], glnRates: [0.01, 0.03] },
      ...{ halfSpaces: 2 },
    },
    short: {
      ...{ trainImages: 6000, validationImages: 1000, testImages: 5000, widths: [64, 64], filters: [8, 16], epochs: 8 },
      ...{ batchSize: 50, learningRates: [0.001, 0.003, 0.01, 0.03], glnRates: [0.001, 0.003, 0.01] },
    },
    full: {},
  },
  metrics: {
    test: { description: 'Accuracy on the test images', unit: '%', ...AXES },
    validation: { description: 'Accuracy on the validation images', unit: '%', ...AXES },
    epoch: { description: 'Epoch of the best validation accuracy', ...AXES },
    seconds: { description: 'Time of training', unit: 's', ...AXES },
  },
  summary: deepSummary,
  async run(context) {
    const { datasets, methods: asked, trainImages, validationImages, seeds } = context.settings;
    if (validationImages > trainImages / 2)
      throw new UsageError(
        `galu/deep: validationImages is ${validationImages} of ${trainImages} trainImages; it can be half of them at most`,
      );
    const { nodeRuntime } = await import('@unbraid/graph/node');
    const skipped = await missingSets(context, datasets);
    const here = datasets.filter((data) => !skipped.some((each) => each.data === data));
    const methods = withBases(asked);
    const train = trainer(context, nodeRuntime());
    const group = async (stage: Stage, plans: readonly Plan[], bases: readonly Trained[]): Promise<Trained[]> =>
      context.units(
        plans,
        (plan) => keyOf(stage, plan),
        (plan) => train(stage, plan, bases),
        { label: 'fits' },
      );
    const each = <T>(of: readonly DeepMethod[], f: (data: DeepSetName, method: DeepMethod) => T[]): T[] =>
      here.flatMap((data) => of.flatMap((method) => f(data, method)));
    const tried = (of: readonly DeepMethod[]) =>
      each(of, (data, method) =>
        ratesOf(context.settings, method).map((rate): Plan => ({ data, method, rate, run: 0 })),
      );
    const reported = (of: readonly DeepMethod[], tuned: readonly DeepTrial[]) =>
      each(of, (data, method) =>
        Array.from({ length: seeds }, (_, run): Plan => ({ data, method, rate: chosenRate(tuned, data, method), run })),
      );
    // Gates of a trained network can be had, and their rates chosen, after that network was trained.
    const [first, later] = [methods.filter((method) => !baseOf(method)), methods.filter((method) => baseOf(method))];
    const tunedFirst = await group('tune', tried(first), []);
    const trialsFirst = await group('report', reported(first, tunedFirst), []);
    const tunedLater = await group('tune', tried(later), tunedFirst);
    const tuned = [...tunedFirst, ...tunedLater];
    const trialsLater = await group('report', reported(later, tuned), trialsFirst);
    const results = { tuned, trials: [...trialsFirst, ...trialsLater], skipped };
    await reportDeep(context, results);
    return summarizeDeep(results);
  },
});

type Stage = 'tune' | 'report';

/** A trial with the parameters that others build on. */
type Trained = DeepTrial & Pick<DeepFit, 'params'>;

const keyOf = (stage: Stage, { data, method, rate, run }: Plan): string => `${stage} ${data} ${method} ${rate} ${run}`;

const ratesOf = ({ learningRates, glnRates }: Settings, method: DeepMethod): readonly number[] =>
  method === 'gln' ? glnRates : learningRates;

/** Found out once in a run: what is done of it may be done elsewhere. */
async function missingSets(
  { unit, log }: Pick<RunContext<Settings>, 'unit' | 'log'>,
  datasets: readonly DeepSetName[],
) {
  const skipped: { readonly data: DeepSetName; readonly why: string }[] = [];
  for (const data of datasets) {
    const why = (await unit(`files of ${data}`, async () => (await missing(data)) ?? '')) as string;
    if (why !== '') skipped.push({ data, why });
  }
  for (const { data, why } of skipped) log({ data, skipped: why });
  if (skipped.length === datasets.length) throw new UsageError(`galu/deep: there are no images: ${skipped[0]!.why}`);
  return skipped;
}

/** Seeds of tuning are none of those that are reported. */
const TUNING_SEED = 1000;

function trainer(
  { settings: chosen, seed, signal, checkpoints, log, progress }: RunContext<Settings>,
  runtime: Runtime,
) {
  const imagesOf = latest<DeepSetName, DeepImages>((data) =>
    loadDeepImages(data, chosen, createRandom(seed).split('validation')),
  );
  return async (stage: Stage, plan: Plan, bases: readonly Trained[]): Promise<Trained> => {
    const { data, method, rate, run } = plan;
    const base = bases.filter((each) => each.data === data && each.method === baseOf(method) && each.run === run);
    // Of several rates, the network at the one that was chosen.
    const learnt =
      base.length > 0 ? base.find((each) => each.rate === chosenRate(base, data, each.method))?.params : undefined;
    const fitted = await deepFit(method, await imagesOf(data), chosen, {
      ...{ rate, learnt, runtime, signal, checkpoints },
      seed: seed + run + (stage === 'tune' ? TUNING_SEED : 0),
      onEpoch: (epoch) => progress({ done: epoch, total: method === 'gln' ? chosen.glnEpochs : chosen.epochs }),
    });
    const { params, ...scores } = fitted;
    log({ stage, ...plan, ...scores });
    return { ...plan, ...scores, ...(params && { params }) };
  };
}
