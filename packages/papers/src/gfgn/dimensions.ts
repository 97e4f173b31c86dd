import { type BlockModel, blockModel, randomSplit } from '@unbraid/data';
import { defineExperiment, once } from '@unbraid/experiment';
import { fit, type ModelName, smoothingScores } from '@unbraid/gfgn';
import { createRandom } from '@unbraid/kernels';
import { z } from 'zod';
import { HOMOPHILY } from './data-sets.ts';
import { type DimensionFit, reportDimensions, summarizeDimensions } from './dimensions-report.ts';

const settings = z.object({
  nodes: z.int().min(50).default(10_000).describe('Nodes of the graph'),
  homophily: z
    .array(z.number().gt(0).lt(1))
    .min(2)
    .refine((levels) => new Set(levels).size > 1, 'two different numbers at least are needed')
    .default([...HOMOPHILY])
    .describe(
      'Part of the edges between nodes of the same attribute, for each group of feature dimensions; 0.25 is chance',
    ),
  dimensions: z.int().min(1).default(4).describe('Feature dimensions of each group'),
  degree: z.number().gt(0).default(20).describe('Mean number of edges of a node'),
  signal: z
    .number()
    .min(0)
    .default(1)
    .describe('Distance of the features’ means from zero, in standard deviations of their noise'),
  models: z
    .array(z.enum(['mlp', 'gcn', 'gfgnGraph', 'gfgnNeighbor', 'gfgnPair'] as const satisfies readonly ModelName[]))
    .min(1)
    .default(['mlp', 'gcn', 'gfgnGraph', 'gfgnNeighbor', 'gfgnPair'])
    .describe('Models that are trained'),
  epochs: z.int().min(1).default(250).describe('Epochs at most'),
  hidden: z.int().min(1).default(32).describe('Hidden width of the classifier behind the gates'),
});

/** λ = 1: between no smoothing and that of a GCN. Above it a heterophilous dimension could be read from its neighbours, with the sign turned. */
const LIMIT = 1;

export const dimensions = defineExperiment({
  name: 'gfgn/dimensions',
  title: 'Learnt smoothing scores against the homophily of each dimension',
  paper: 'arXiv 2105.04493, Section 3',
  description:
    'Draws a graph whose feature dimensions differ in homophily, all of which tell of the class, and trains classifiers whose inputs are smoothed by GFGN ' +
    'gates, beside a GCN and an MLP. The scores learnt for homophilous dimensions should be high, those for heterophilous ones low.',
  settings,
  presets: {
    smoke: { nodes: 200, epochs: 10 },
    short: {},
    full: { nodes: 30_000, epochs: 500 },
  },
  metrics: {
    test: { description: 'Accuracy on the test nodes, from 0 to 1', by: ['fit'] },
    epoch: { description: 'Epoch that was best in validation', by: ['fit'] },
  },
  summary: {
    scoreCorrelation:
      'Correlation over dimensions of the scores that gfgnGraph learnt with the homophily that the dimensions were drawn with; what was not trained is left out',
    scoreCorrelationNeighbor: 'The same for gfgnNeighbor, scores averaged over nodes',
    scoreCorrelationPair: 'The same for gfgnPair, scores averaged over edges',
    mlp: 'Test accuracy in percent of an MLP, which sees no edges',
    gcn: 'Test accuracy in percent of a GCN, which smooths all dimensions alike',
    gfgnGraph: 'Test accuracy in percent of the classifier behind gates of the graph',
    gfgnNeighbor: 'Test accuracy in percent of the classifier behind gates of nodes',
    gfgnPair: 'Test accuracy in percent of the classifier behind gates of edges',
  },
  async run(context) {
    const { nodeRuntime } = await import('@unbraid/graph/node');
    const { epochs, hidden, models, ...drawn } = context.settings;
    const random = createRandom(context.seed);
    const drawing = once((): BlockModel => blockModel({ ...drawn, random: random.split('graph') }));
    const runtime = nodeRuntime();
    const train = async (model: (typeof models)[number]): Promise<DimensionFit> => {
      const { signal, seed, progress } = context;
      const graph = await drawing();
      const trained = await fit({
        model,
        graph,
        split: randomSplit(graph.labels, random.split('split')),
        hidden,
        dropout: 0.2,
        limit: LIMIT,
        learningRate: 0.02,
        weightDecay: 0,
        gateInputs: model.startsWith('gfgn'),
        epochs,
        patience: 100,
        seed,
        signal,
        runtime,
        onEpoch: ({ epoch }) => progress({ done: epoch, total: epochs }),
      });
      const [scores] = await smoothingScores(trained, graph, { runtime });
      context.log({ fit: model, epoch: trained.best.epoch, test: trained.best.testAccuracy });
      return {
        model,
        test: 100 * trained.best.testAccuracy,
        scores: scores ? [...scores.mean] : [],
        spread: scores ? [...scores.std] : [],
      };
    };
    const fits = await context.units(models, String, train, { label: 'fits' });
    const graph = await drawing();
    await reportDimensions(context, graph, fits);
    return summarizeDimensions(graph.homophily, fits);
  },
});
