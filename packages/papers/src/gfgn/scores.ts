import { defineExperiment } from '@unbraid/experiment';
import { fit, smoothingScores } from '@unbraid/gfgn';
import { z } from 'zod';
import { type DataSetName, dataSetNames, loadDataSet, nodesSetting } from './data-sets.ts';
import { recipeFor } from './recipes.ts';
import { reportScores, type ScoreFit, summarizeScores } from './scores-report.ts';

const settings = z.object({
  datasets: z
    .array(z.enum(dataSetNames as unknown as readonly [DataSetName, ...DataSetName[]]))
    .min(1)
    .default(['block'])
    .describe('Graphs; all but block are files of their authors in $UNBRAID_DATA'),
  model: z.enum(['gfgnGraph', 'gfgnNeighbor', 'gfgnPair']).default('gfgnPair').describe('Grain of the gates'),
  epochs: z.int().min(1).nullable().default(null).describe('Epochs at most; null for those of gfgn/benchmark'),
  nodes: nodesSetting,
});

export const scores = defineExperiment({
  name: 'gfgn/scores',
  title: 'Distributions of learnt smoothing scores',
  paper: 'arXiv 2105.04493, Section 4.3',
  description:
    'Trains GFGN on the first split of each graph and shows how its smoothing scores are distributed, over dimensions and over nodes or edges.',
  settings,
  presets: {
    smoke: { epochs: 5, nodes: 200 },
    short: {},
    full: { datasets: ['cora', 'texas', 'cornell', 'film', 'blogcatalog'] },
  },
  summary: Object.fromEntries(
    dataSetNames.flatMap((name) => [
      [
        `${name}Mean`,
        `Mean score of the first layer on ${name}, as a part of the largest that there can be; left out where it was not trained`,
      ],
      [`${name}Spread`, 'Standard deviation over dimensions of their mean scores, likewise'],
    ]),
  ),
  async run(context) {
    const { nodeRuntime } = await import('@unbraid/graph/node');
    const { datasets, model, epochs, nodes } = context.settings;
    const runtime = nodeRuntime();
    const train = async (name: DataSetName): Promise<ScoreFit> => {
      const { seed, signal, progress } = context;
      const { graph: plain, normalized, splits } = await loadDataSet(name, nodes, seed);
      const { normalize, ...found } = recipeFor(name, model);
      const graph = normalize ? normalized : plain;
      const recipe = { ...found, ...(epochs !== null && { epochs }) };
      const trained = await fit({
        ...recipe,
        model,
        graph,
        split: splits[0]!,
        seed,
        signal,
        runtime,
        onEpoch: ({ epoch }) => progress({ done: epoch, total: recipe.epochs }),
      });
      const layers = await smoothingScores(trained, graph, { runtime });
      return {
        name,
        test: 100 * trained.best.testAccuracy,
        layers: layers.map(({ limit, mean, std, histogram }) => ({
          limit,
          mean: [...mean],
          std: [...std],
          histogram: [...histogram],
        })),
      };
    };
    const fits = await context.units(datasets, String, train, { label: 'graphs' });
    await reportScores(context, model, fits);
    return summarizeScores(fits);
  },
});
