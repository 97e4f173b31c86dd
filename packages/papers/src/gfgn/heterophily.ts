import { defineExperiment, once, type RunContext } from '@unbraid/experiment';
import type { Runtime } from '@unbraid/graph';
import { z } from 'zod';
import { heterophilySets, loadHeterophily } from './heterophily-data.ts';
import { type ContenderName, contenderNames, contenders, contenderTitles } from './heterophily-models.ts';
import {
  chosenOf,
  configurationsOf,
  type HeterophilyTrial,
  reportHeterophily,
  summarizeHeterophily,
} from './heterophily-report.ts';
import { outputsFor, scoredFit } from './scored-fit.ts';

const list = (least: z.ZodType<number>) => z.array(least).min(1);

const settings = z.object({
  dataset: z
    .enum(heterophilySets)
    .default('minesweeper-drawn')
    .describe(
      'Graph: minesweeper-drawn and block are drawn, the others are downloaded or files of their authors in $UNBRAID_DATA',
    ),
  models: z
    .array(z.enum(contenderNames))
    .min(1)
    .default([...contenderNames])
    .describe('Models that are tuned and compared'),
  splits: z.int().min(1).default(10).describe('Splits that are reported, each with a seed of its own'),
  hidden: z.int().min(8).multipleOf(8).default(32).describe('Width of all layers between, a multiple of the 8 heads'),
  learningRates: list(z.number().positive())
    .default([0.003, 0.01])
    .describe('Of Adam: those that tuning tries for each model'),
  dropouts: list(z.number().min(0).lt(1))
    .default([0.2])
    .describe('Parts of entries that dropout sets to zero: likewise'),
  depths: list(z.int().min(1))
    .default([3])
    .describe('Residual blocks: likewise; models of two layers stay as they are'),
  tuning: z
    .int()
    .min(1)
    .default(1)
    .describe(
      'Splits that each configuration is tried on; they are drawn apart from reported ones, or where they are published the first ones',
    ),
  epochs: z.int().min(1).default(200).describe('Epochs at most'),
  patience: z
    .int()
    .min(1)
    .default(100)
    .describe('Epochs without a better validation score after which a training ends'),
  size: z.int().min(10).default(100).describe('Side of the board of minesweeper-drawn, in cells'),
});

type Settings = z.output<typeof settings>;

/** What sees no edges, two standard networks, and GFGN as its paper has it and in the same blocks. */
const SHORT = [
  ...(['resnet', 'gcn', 'sage', 'gfgnGraph'] as const),
  ...(['gfgnGraphResidual', 'gfgnNeighborResidual', 'gfgnPairResidual'] as const),
];

/** A line is a training. */
const ALONG_RUNS = { x: 'run', by: ['model', 'stage', 'configuration'] } as const;

/** A training: of a configuration to choose it, or of the chosen one to report it. */
interface Plan {
  readonly model: ContenderName;
  /** Which of `configurationsOf`. */
  readonly configuration: number;
  readonly run: number;
}

export const heterophily = defineExperiment({
  name: 'gfgn/heterophily',
  title: 'GFGN and standard networks on graphs whose neighbours differ',
  paper: 'arXiv 2302.11640, Section 4; arXiv 2105.04493',
  description:
    'The protocol of Platonov et al. 2023: networks with residual connections and LayerNorm, tuned by validation with the same budget each, on ten splits; ROC AUC where there are two ' +
    'classes, else accuracy. GFGN takes part as its paper has it and with the same residual blocks. Tuned standard networks should be hard to beat.',
  settings,
  presets: {
    smoke: {
      ...{ models: ['resnet', 'gatSep', 'gfgnPairResidual'], splits: 1, hidden: 8, depths: [1] },
      ...{ epochs: 3, size: 10 },
    },
    // Attention takes several times as long as the others.
    short: { splits: 5, models: [...SHORT] },
    full: {
      ...{ hidden: 512, learningRates: [3e-5, 3e-4, 3e-3], dropouts: [0.2], depths: [1, 2, 3, 4, 5], tuning: 10 },
      ...{ epochs: 1000, patience: 1000 },
    },
  },
  metrics: {
    test: { description: 'ROC AUC or accuracy on the test nodes', unit: '%', ...ALONG_RUNS },
    validation: { description: 'The same on the validation nodes', unit: '%', ...ALONG_RUNS },
    epoch: { description: 'Epoch of the best validation score', ...ALONG_RUNS },
    seconds: { description: 'Time of training', unit: 's', ...ALONG_RUNS },
    learningRate: { description: 'Learning rate of the configuration', ...ALONG_RUNS },
    dropout: { description: 'Dropout of the configuration', ...ALONG_RUNS },
    depth: { description: 'Residual blocks of the configuration', ...ALONG_RUNS },
  },
  summary: Object.fromEntries(
    contenderNames.flatMap((name) => [
      [
        name,
        `Mean test score in percent (ROC AUC or accuracy) of ${contenderTitles[name]}; left out where it was not trained`,
      ],
      [`${name}Std`, 'Standard deviation of the same over splits and seeds'],
      [`${name}Validation`, 'Mean validation score in percent of the chosen configuration on the reported splits'],
    ]),
  ),
  async run(context) {
    const { nodeRuntime } = await import('@unbraid/graph/node');
    const { models, splits: runs, tuning } = context.settings;
    const configurations = configurationsOf(context.settings);
    const data = once(() => loadHeterophily(context.settings, context.seed));
    const trained = trainer(context, nodeRuntime(), data);
    const tried = models.flatMap((model) =>
      configurations.flatMap((_, configuration) =>
        Array.from({ length: tuning }, (_, run): Plan => ({ model, configuration, run })),
      ),
    );
    // With one configuration there is nothing to choose.
    const tuned = configurations.length > 1 ? await context.units(tried, keyOf('tune'), trained('tune')) : [];
    const plans = Array.from({ length: runs }, (_, run) =>
      models.map((model): Plan => ({ model, configuration: chosenOf(tuned, model), run })),
    ).flat();
    const trials = await context.units(plans, keyOf('report'), trained('report'), { label: 'fits' });
    const { graph } = await data();
    await reportHeterophily(context, { graph, configurations, tuned, trials });
    return summarizeHeterophily(trials);
  },
});

type Stage = 'tune' | 'report';

const keyOf =
  (stage: Stage) =>
  ({ model, configuration, run }: Plan): string =>
    `${stage} ${model} ${configuration} ${run}`;

/** Seeds of tuning are none of those that are reported. */
const TUNING_SEED = 1000;

function trainer(
  context: RunContext<Settings>,
  runtime: Runtime,
  data: () => ReturnType<typeof loadHeterophily>,
): (stage: Stage) => (plan: Plan) => Promise<HeterophilyTrial> {
  const { seed, signal, log, progress } = context;
  const { hidden, epochs, patience } = context.settings;
  const configurations = configurationsOf(context.settings);
  return (stage) => async (plan) => {
    const { model, configuration, run } = plan;
    const { graph, splits, tuning } = await data();
    const { learningRate, dropout, depth } = configurations[configuration]!;
    const contender = contenders[model];
    const shape = { inputs: graph.features.cols, outputs: outputsFor(graph), hidden, depth, dropout };
    const from = stage === 'tune' ? tuning : splits;
    const scored = await scoredFit({
      ...('name' in contender ? { model: contender.name, hidden, dropout } : { model: contender.network(shape) }),
      ...{ graph, split: from[run % from.length]!, learningRate, weightDecay: 0, epochs, patience },
      seed: seed + run + (stage === 'tune' ? TUNING_SEED : 0),
      signal,
      runtime,
      onEpoch: ({ epoch }) => progress({ done: epoch, total: epochs }),
      // The report has the epoch that was best, and rare classes are what ROC AUC is for.
      onWarning: () => {},
    });
    const trial = { model, configuration, run, ...scored };
    log({ stage, ...trial, learningRate, dropout, depth });
    return trial;
  };
}
