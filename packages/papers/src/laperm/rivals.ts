import { defineExperiment, once, type RunContext } from '@unbraid/experiment';
import type { Runtime } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { z } from 'zod';
import { checkImageCounts, type ImageSets, imageSettings, loadImageSets } from './image-sets.ts';
import { trainRival } from './rival-fit.ts';
import { CHOICES, type RivalName, rivalMethod, rivalNames } from './rival-methods.ts';
import { type RivalNetworkName, rivalNetworkNames, rivalNetworks } from './rival-networks.ts';
import { chosenRival, type RivalTrial, reportRivals, rivalKey, summarizeRivals } from './rivals-report.ts';

const settings = z.object({
  networks: z
    .array(z.enum(rivalNetworkNames))
    .min(1)
    .default([...rivalNetworkNames])
    .describe('Networks: mlp is 784-256-128-10, conv has two layers of filters and one dense layer'),
  methods: z
    .array(z.enum(rivalNames))
    .min(1)
    .default([...rivalNames])
    .describe('Methods that are tuned and compared'),
  ...imageSettings,
  seeds: z.int().min(1).default(5).describe('Networks that are reported, of each method'),
  choices: z
    .int()
    .min(1)
    .max(CHOICES)
    .default(CHOICES)
    .describe('Settings that are tried for each method: so many of its list'),
  tuning: z.int().min(1).default(2).describe('Networks that each setting is tried on, of other seeds'),
  epochs: z.int().min(1).default(20).describe('Epochs; the learning rate falls by a fifth with each'),
  batchSize: z.int().min(1).default(128).describe('Images in a step'),
});

type Settings = z.output<typeof settings>;

/** A line is a training. */
const ALONG_RUNS = { x: 'run', by: ['network', 'method', 'stage', 'choice'] } as const;

/** A training: of a choice to judge it, or of the chosen one to report it. */
type Plan = Pick<RivalTrial, 'network' | 'method' | 'choice' | 'run'>;

const summaryOf = (network: RivalNetworkName, method: RivalName): [string, string][] => {
  const [key, { title }] = [rivalKey(network, method), rivalMethod(method)];
  return [
    [key, `Mean test accuracy in percent of ${network} by ${title}; left out where it was not trained`],
    [`${key}Std`, 'Its standard deviation over seeds'],
    [`${key}Bits`, 'Bits a weight that tell the network to someone who can draw its first parameters'],
  ];
};

export const rivals = defineExperiment({
  name: 'laperm/rivals',
  title: 'Permuting, choosing and learning weights',
  paper: 'arXiv 2003.02570; 1911.13299; 2106.09269; 2111.12330',
  description:
    'The same networks trained by Adam, by LaPerm with different values and with one shared value, by signed permutations, by edge-popup and by iterative randomization, and a hidden-fold network ' +
    'beside them. Every method has the same number of settings tried, on seeds that are not reported, and validation images choose. How many bits a weight tell a trained network is counted for each.',
  settings,
  presets: {
    smoke: {
      ...{ trainImages: 500, testImages: 100, validationImages: 100, epochs: 1 },
      ...{ seeds: 1, choices: 2, tuning: 1, networks: ['mlp'], batchSize: 100 },
    },
    short: { trainImages: 6000, validationImages: 1000, epochs: 10, tuning: 1 },
    full: {},
  },
  metrics: {
    test: { description: 'Accuracy on the test images', unit: '%', ...ALONG_RUNS },
    validation: { description: 'Accuracy on the validation images', unit: '%', ...ALONG_RUNS },
    bits: { description: 'Bits a weight that tell the network', ...ALONG_RUNS },
    epoch: { description: 'Epoch of the best validation accuracy', ...ALONG_RUNS },
    seconds: { description: 'Time of training', unit: 's', ...ALONG_RUNS },
    learningRate: { description: 'Learning rate at first', ...ALONG_RUNS },
    own: { description: 'The method’s own setting: k, or a share; −1 where it has none', ...ALONG_RUNS },
  },
  summary: {
    ...Object.fromEntries(
      rivalNetworkNames.flatMap((network) => rivalNames.flatMap((method) => summaryOf(network, method))),
    ),
    seconds: 'Duration of the run',
  },
  async run(context) {
    const { nodeRuntime } = await import('@unbraid/graph/node');
    const { networks, methods, seeds, choices, tuning } = context.settings;
    checkImageCounts(context.settings);
    const random = createRandom(context.seed);
    const sets = once(() => loadImageSets({ images: 'MNIST' }, context.settings, random.split('validation')));
    const trained = trainer(context, nodeRuntime(), sets);
    const tried = networks.flatMap((network) =>
      methods.flatMap((method) =>
        Array.from({ length: choices * tuning }, (_, i): Plan => {
          return { network, method, choice: i % choices, run: Math.floor(i / choices) };
        }),
      ),
    );
    // With one choice there is nothing to choose.
    const tuned = choices > 1 ? await context.units(tried, keyOf('tune'), trained('tune')) : [];
    const plans = networks.flatMap((network) =>
      methods.flatMap((method) => {
        const choice = chosenRival(tuned, network, method);
        return Array.from({ length: seeds }, (_, run): Plan => ({ network, method, choice, run }));
      }),
    );
    const trials = await context.units(plans, keyOf('report'), trained('report'), { label: 'fits' });
    await reportRivals(context, tuned, trials);
    return summarizeRivals(trials);
  },
});

type Stage = 'tune' | 'report';

const keyOf =
  (stage: Stage) =>
  ({ network, method, choice, run }: Plan): string =>
    `${stage} ${network} ${method} ${choice} ${run}`;

/** Streams of the two stages are split by their names, so that no seed of tuning is reported; all methods of a run have the same. */
function trainer(
  { seed, signal, log, progress, settings: { epochs, batchSize } }: RunContext<Settings>,
  runtime: Runtime,
  sets: () => Promise<ImageSets>,
): (stage: Stage) => (plan: Plan) => Promise<RivalTrial> {
  return (stage) => async (plan) => {
    const method = rivalMethod(plan.method);
    const choice = method.choices[plan.choice]!;
    const scores = await trainRival({ method, choice, network: rivalNetworks[plan.network] }, await sets(), {
      ...{ runtime, epochs, batchSize, signal },
      random: createRandom(seed).split(stage).split(plan.run),
      onEpoch: (epoch) => progress({ done: epoch, total: epochs }),
    });
    const { learningRate, own } = choice;
    const { weights: _, ...logged } = scores;
    log({ stage, ...plan, ...logged, learningRate, own: Number.isNaN(own) ? -1 : own });
    return { ...plan, ...scores };
  };
}
