import { defineExperiment, once } from '@unbraid/experiment';
import { z } from 'zod';
import { reportBenchmark, summarizeBenchmark } from './benchmark-report.ts';
import { type ComparedModel, comparedModels } from './compared-models.ts';
import { dataSetSetting, loadDataSet, nodesSetting, SEARCH_SEED } from './data-sets.ts';
import { type Recipe, recipeFor, recipeSettings } from './recipes.ts';
import { trialMetrics, trialOf } from './trial.ts';

const settings = z.object({
  dataset: dataSetSetting,
  models: z
    .array(z.enum(comparedModels))
    .min(1)
    .default([...comparedModels])
    .describe('Models that are trained, each with the settings that validation chose for it'),
  splits: z
    .int()
    .min(1)
    .default(10)
    .describe('Trainings of each model: the splits of the graph in turn, each with a seed of its own'),
  purpose: z
    .enum(['report', 'search'])
    .default('report')
    .describe(
      'search takes other seeds, and where splits are drawn other splits, than are reported: settings are compared there, by validation',
    ),
  nodes: nodesSetting,
  ...recipeSettings,
});

const titles: Readonly<Record<ComparedModel, string>> = {
  mlp: 'an MLP, which sees no edges',
  gcn: 'a GCN',
  sgc: 'SGC',
  gat: 'GAT',
  gfgnGraph: 'GFGN with one vector of scores for the graph',
  gfgnNeighbor: 'GFGN with a vector of scores for each node',
  gfgnPair: 'GFGN with a vector of scores for each edge',
};

export const benchmark = defineExperiment({
  name: 'gfgn/benchmark',
  title: 'GFGN against GCN, GAT, SGC and an MLP',
  paper: 'arXiv 2105.04493, Section 4',
  description:
    'Trains each model on the splits of a graph and compares test accuracies, of the epoch that is best in validation. On graphs whose ' +
    'neighbours are alike, GFGN should match a GCN; where they are not, a GCN falls below an MLP and GFGN should not.',
  settings,
  presets: {
    smoke: { splits: 1, epochs: 8, nodes: 200 },
    short: {},
    full: {},
  },
  metrics: trialMetrics,
  summary: Object.fromEntries(
    comparedModels.flatMap((name) => [
      [name, `Mean test accuracy in percent of ${titles[name]}; left out where it was not trained`],
      [`${name}Std`, `Standard deviation of the same over splits and seeds`],
      [`${name}Validation`, `Mean validation accuracy in percent, which settings are chosen by`],
    ]),
  ),
  async run(context) {
    const { nodeRuntime } = await import('@unbraid/graph/node');
    const { dataset, models, splits: runs, purpose, nodes, ...own } = context.settings;
    const data = once(() => loadDataSet(dataset, nodes, context.seed, purpose));
    const firstRun = purpose === 'search' ? SEARCH_SEED : 0;
    const runtime = nodeRuntime();
    // Split by split, so that what is there when a run is interrupted compares all models.
    const cases = Array.from({ length: runs }, (_, run) => models.map((model) => ({ model, run }))).flat();
    const keyOf = ({ model, run }: (typeof cases)[number]) => `${model} ${run}`;
    const train = async (at: (typeof cases)[number]) => {
      const { model, run } = at;
      const { graph, normalized, splits } = await data();
      const recipe = { ...recipeFor(dataset, model), ...given(own) };
      return trialOf(context, runtime, {
        key: keyOf(at),
        model,
        run: firstRun + run,
        graph: recipe.normalize ? normalized : graph,
        split: splits[run % splits.length]!,
        recipe,
      });
    };
    const trials = await context.units(cases, keyOf, train, { label: 'fits' });
    await reportBenchmark(context, (await data()).graph, trials);
    return summarizeBenchmark(trials);
  },
});

const given = (own: { readonly [K in keyof Recipe]: Recipe[K] | null }): Partial<Recipe> =>
  Object.fromEntries(Object.entries(own).filter(([, value]) => value !== null));
