import type { TaskName } from '@unbraid/gfgn';
import { z } from 'zod';

/** Models by the names that the command gives them. */
export const graphModels = [
  ...['gfgn-graph', 'gfgn-neighbor', 'gfgn-pair', 'gcn', 'sgc', 'gat', 'mlp', 'gat-sep', 'sage', 'sage-max', 'gin'],
  ...['graph-transformer', 'gpr-gnn', 'h2gcn', 'fagcn', 'mixhop', 'linkx'],
] as const;
/** One of `graphModels`. */
export type GraphModel = (typeof graphModels)[number];

/** What a model is compared with; `logistic` is logistic regression on a node's own columns. */
export const graphBaselines = ['majority', 'logistic', ...graphModels] as const;
/** One of `graphBaselines`. */
export type GraphBaseline = (typeof graphBaselines)[number];

/** What may be predicted, as the library calls it. */
export const graphTasks = [
  'classification',
  'binary',
  'multilabel',
  'regression',
] as const satisfies readonly TaskName[];

const name = () => z.string().default('');
const positive = (meaning: string) =>
  z.number().positive().nullable().default(null).describe(`${meaning}; null for what validation chooses`);

/** What a fit of a graph is set to. Files are told by path and SHA-256, so that a resumed run takes no others. */
export const settings = z.object({
  nodes: name().describe('Path of the table of nodes'),
  nodesSha256: name().describe('SHA-256 of that file'),
  edges: name().describe('Path of the table of edges'),
  edgesSha256: name().describe('SHA-256 of that file'),
  target: name().describe(
    'The column of the nodes that is predicted, or several by commas; nodes without an entry there take part in the graph',
  ),
  task: z
    .enum(graphTasks)
    .default('classification')
    .describe('What is predicted: one class of several, one of two (by ROC AUC), several labels, or quantities'),
  classWeights: z
    .enum(['none', 'balanced'])
    .default('none')
    .describe('balanced: each class, or label that is there, counts as much as the others in the loss'),
  id: name().describe(
    'The column with the names that edges call nodes by; empty for one named id, or else the number of the row, from 0',
  ),
  from: name().describe('The column of an edge’s one node; empty for the first'),
  to: name().describe('The column of its other node; empty for the second'),
  weight: name().describe('The column of an edge’s weight; empty for all 1'),
  omit: z.array(z.string()).default([]).describe('Columns of the nodes that are left out'),
  kinds: z
    .record(z.string(), z.enum(['number', 'boolean', 'date', 'text', 'category']))
    .default({})
    .describe('What columns hold, where it is otherwise than it seems'),
  model: z.enum(graphModels).default('gfgn-graph').describe('What is trained and saved'),
  baselines: z
    .array(z.enum(graphBaselines))
    .default(['majority', 'logistic', 'mlp', 'gcn'])
    .describe('What it is compared with'),
  split: name().describe(
    'stratified, random, or a column of the nodes that says train, valid or test; empty for stratified',
  ),
  train: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.6)
    .describe('Part of the labelled nodes that is learned from, where splits are drawn'),
  validation: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.2)
    .describe('Part that settings and epochs are chosen by; the rest is the test'),
  repeats: z
    .int()
    .min(1)
    .max(100)
    .default(5)
    .describe('Splits, each with a seed of its own; of a column’s split, seeds'),
  candidates: z
    .int()
    .min(1)
    .max(4)
    .default(4)
    .describe('Settings among which validation chooses, for every model alike'),
  features: z
    .enum(['auto', 'table', 'counts'])
    .default('auto')
    .describe(
      'counts: columns that are mostly 0, such as words, stay sparse and unscaled; table: standardized and encoded',
    ),
  maxLevels: z.int().min(2).max(1000).default(32).describe('Most levels of a category with a feature each'),
  hidden: z.int().min(1).default(64).describe('Width of the hidden layer; of gat an eighth of it in each of 8 heads'),
  depth: z
    .int()
    .min(1)
    .max(100)
    .default(2)
    .describe('Layers, or residual blocks, of the model and of what it is compared with'),
  residual: z
    .boolean()
    .default(false)
    .describe(
      'Residual blocks with layer normalization and an MLP, in the model and where there are some of what it is compared with',
    ),
  epochs: z.int().min(1).default(500).describe('Epochs at most'),
  patience: z.int().min(1).default(100).describe('Epochs without a better validation after which a training ends'),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .nullable()
    .default(null)
    .describe('Dropout before each layer; null for what validation chooses'),
  learningRate: positive('Of Adam'),
  weightDecay: z
    .number()
    .min(0)
    .nullable()
    .default(null)
    .describe('Times the parameters, added to the gradient; null for what validation chooses'),
  sample: z
    .array(z.int().min(1))
    .default([])
    .describe(
      'Neighbours that a node hears of, drawn in each step, hop by hop: 10,10 for two layers; empty for all nodes in a step',
    ),
  batchSize: z.int().min(1).default(512).describe('Nodes that are learned from in a step, where neighbours are drawn'),
  limit: positive('λ, the largest smoothing score'),
  smoothing: z
    .boolean()
    .default(true)
    .describe('Whether gates on the columns themselves are trained as well, for the picture of smoothing by column'),
});

/** Settings as they were checked. */
export type GraphSettings = z.output<typeof settings>;

/** What `--preset` changes. */
export const presets = {
  smoke: { repeats: 2, candidates: 1, epochs: 100 },
  short: {},
  full: { repeats: 10, epochs: 1000 },
};
