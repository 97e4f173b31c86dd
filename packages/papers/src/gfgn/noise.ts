import { withRandomEdges } from '@unbraid/data';
import { defineExperiment, latest, once } from '@unbraid/experiment';
import { modelNames } from '@unbraid/gfgn';
import { createRandom } from '@unbraid/kernels';
import { z } from 'zod';
import { dataSetSetting, loadDataSet, nodesSetting } from './data-sets.ts';
import { type NoisyTrial, reportNoise, summarizeNoise } from './noise-report.ts';
import { recipeFor } from './recipes.ts';
import { trialMetrics, trialOf } from './trial.ts';

const settings = z.object({
  dataset: dataSetSetting,
  models: z
    .array(z.enum(modelNames))
    .min(1)
    .default(['mlp', 'gcn', 'gfgnGraph', 'gfgnNeighbor', 'gfgnPair'])
    .describe('Models that are trained at each level of noise'),
  levels: z
    .array(z.number().min(0))
    .min(2)
    .default([0, 0.25, 0.5, 1, 1.5, 2])
    .describe('Random edges added, as a part of those that there are'),
  splits: z
    .int()
    .min(1)
    .default(5)
    .describe('Trainings of each model at each level, on the splits of the graph in turn'),
  epochs: z.int().min(1).nullable().default(null).describe('Epochs at most; null for those of gfgn/benchmark'),
  nodes: nodesSetting,
});

export const noise = defineExperiment({
  name: 'gfgn/noise',
  title: 'Accuracy as random edges are added',
  paper: 'arXiv 2105.04493, Section 4.4',
  description:
    'Adds edges between random nodes to a graph, up to twice as many as it had, and trains each model anew. What smooths every dimension alike should ' +
    'lose most; gates can turn smoothing down.',
  settings,
  presets: {
    smoke: { splits: 1, epochs: 5, nodes: 200, levels: [0, 1] },
    short: { splits: 2, levels: [0, 0.5, 1, 2] },
    full: { splits: 10 },
  },
  metrics: trialMetrics,
  summary: Object.fromEntries(
    modelNames.flatMap((name) => [
      [
        `${name}Clean`,
        `Mean test accuracy in percent of ${name} with the fewest random edges; left out where it was not trained`,
      ],
      [`${name}Noisy`, 'The same with the most'],
      [`${name}Drop`, 'The difference, in percentage points'],
    ]),
  ),
  async run(context) {
    const { nodeRuntime } = await import('@unbraid/graph/node');
    const { dataset, models, levels, splits: runs, epochs, nodes } = context.settings;
    const data = once(() => loadDataSet(dataset, nodes, context.seed));
    const runtime = nodeRuntime();
    const random = createRandom(context.seed).split('noise');
    const noisy = levels.flatMap((level) => Array.from({ length: runs }, (_, run) => ({ level, run })));
    const cases = noisy.flatMap((edges) => models.map((model) => ({ edges, model })));
    const adjacencyOf = latest(async ({ level, run }: (typeof noisy)[number]) =>
      withRandomEdges((await data()).graph.adjacency, level, random.split(`${level} ${run}`)),
    );
    const keyOf = ({ edges: { level, run }, model }: (typeof cases)[number]) => `${level} ${model} ${run}`;
    const train = async (at: (typeof cases)[number]) => {
      const { model, edges } = at;
      const { graph, normalized, splits } = await data();
      const recipe = { ...recipeFor(dataset, model), ...(epochs !== null && { epochs }) };
      return trialOf(context, runtime, {
        key: keyOf(at),
        model,
        run: edges.run,
        graph: { ...(recipe.normalize ? normalized : graph), adjacency: await adjacencyOf(edges) },
        split: splits[edges.run % splits.length]!,
        recipe,
      });
    };
    const fitted = await context.units(cases, keyOf, train, { label: 'fits' });
    const trials = fitted.map((trial, i): NoisyTrial => ({ ...trial, level: cases[i]!.edges.level }));
    await reportNoise(context, (await data()).graph.name, trials);
    return summarizeNoise(trials);
  },
});
