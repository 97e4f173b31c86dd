import { defineExperiment, latest, once } from '@unbraid/experiment';
import type { NodeGraph } from '@unbraid/gfgn';
import { createRandom } from '@unbraid/kernels';
import { z } from 'zod';
import { comparedModels } from './compared-models.ts';
import { dataSetSetting, loadDataSet, nodesSetting } from './data-sets.ts';
import { kinds, noiseKinds } from './noise-kinds.ts';
import { type NoisyTrial, reportNoise, summarizeNoise } from './noise-report.ts';
import { recipeFor } from './recipes.ts';
import { trialMetrics, trialOf } from './trial.ts';

const settings = z.object({
  dataset: dataSetSetting,
  kind: z
    .enum(noiseKinds)
    .default('edges')
    .describe(
      'What is spoilt: edges are added between random nodes; dice takes edges away within classes and adds edges between classes, knowing all labels (Waniek et al. 2018); features get normal noise',
    ),
  models: z
    .array(z.enum(comparedModels))
    .min(1)
    .default(['mlp', 'gcn', 'gfgnGraph', 'gfgnNeighbor', 'gfgnPair'])
    .describe('Models that are trained at each level of noise'),
  levels: z
    .array(z.number().min(0))
    .min(2)
    .nullable()
    .default(null)
    .describe(
      'How much: changed edges as a part of those that there are, or noise in standard deviations of each feature; null for some that suit the kind',
    ),
  splits: z
    .int()
    .min(1)
    .default(5)
    .describe(
      'Trainings of each model at each level, on the splits of the graph in turn, each with a seed and noise of its own',
    ),
  epochs: z.int().min(1).nullable().default(null).describe('Epochs at most; null for those of gfgn/benchmark'),
  nodes: nodesSetting,
});

export const noise = defineExperiment({
  name: 'gfgn/noise',
  title: 'Accuracy as edges or features are spoilt',
  paper: 'arXiv 2105.04493, Section 4.4',
  description:
    'Adds edges between random nodes to a graph, up to twice as many as it had, lets an attacker who knows the labels change edges, or adds noise to features, and trains each ' +
    'model anew. What smooths every dimension alike should lose most by edges; gates can turn smoothing down.',
  settings,
  presets: {
    smoke: { splits: 1, epochs: 5, nodes: 200, levels: [0, 1] },
    short: { splits: 2 },
    full: { splits: 10 },
  },
  metrics: trialMetrics,
  summary: Object.fromEntries(
    comparedModels.flatMap((name) => [
      [
        `${name}Clean`,
        `Mean test accuracy in percent of ${name} at the lowest level of noise; left out where it was not trained`,
      ],
      [`${name}Noisy`, 'The same at the highest'],
      [`${name}Drop`, 'The difference, in percentage points'],
    ]),
  ),
  async run(context) {
    const { nodeRuntime } = await import('@unbraid/graph/node');
    const { dataset, kind, models, splits: runs, epochs, nodes } = context.settings;
    const levels = context.settings.levels ?? kinds[kind].levels;
    const data = once(() => loadDataSet(dataset, nodes, context.seed));
    const runtime = nodeRuntime();
    const random = createRandom(context.seed).split('noise');
    const noisy = levels.flatMap((level) => Array.from({ length: runs }, (_, run) => ({ level, run })));
    const cases = noisy.flatMap((at) => models.map((model) => ({ at, model })));
    const spoilt = latest(async ({ level, run }: (typeof noisy)[number]) => {
      const { graph, normalized } = await data();
      const spoil = (plain: NodeGraph) => once(() => kinds[kind].spoil(plain, level, random.split(`${kind} ${run}`)));
      const plain = spoil(graph);
      return { plain, normalized: normalized === graph ? plain : spoil(normalized) };
    });
    const keyOf = ({ at: { level, run }, model }: (typeof cases)[number]) => `${level} ${model} ${run}`;
    const train = async (unit: (typeof cases)[number]) => {
      const { model, at } = unit;
      const { splits } = await data();
      const recipe = { ...recipeFor(dataset, model), ...(epochs !== null && { epochs }) };
      const graphs = await spoilt(at);
      return trialOf(context, runtime, {
        key: keyOf(unit),
        model,
        run: at.run,
        graph: await (recipe.normalize ? graphs.normalized() : graphs.plain()),
        split: splits[at.run % splits.length]!,
        recipe,
      });
    };
    const fitted = await context.units(cases, keyOf, train, { label: 'fits' });
    const trials = fitted.map((trial, i): NoisyTrial => ({ ...trial, level: cases[i]!.at.level }));
    await reportNoise(context, kind, (await data()).graph.name, trials);
    return summarizeNoise(trials);
  },
});
