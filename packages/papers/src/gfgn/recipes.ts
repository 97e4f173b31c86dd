import type { FitOptions, ModelName } from '@unbraid/gfgn';
import { z } from 'zod';
import type { DataSetName } from './data-sets.ts';

/** How a model is trained on a data set. */
export type Recipe = Required<
  Pick<FitOptions, 'hidden' | 'dropout' | 'learningRate' | 'weightDecay' | 'limit' | 'monitor' | 'epochs' | 'patience'>
> & {
  /** Whether rows of sparse features are divided by their sums. */
  readonly normalize: boolean;
};

/**
 * What all start from: two layers of 64, Adam as in the GCN paper, and the epoch of lowest validation loss.
 */
const shared: Recipe = {
  hidden: 64,
  dropout: 0.5,
  learningRate: 0.01,
  weightDecay: 5e-4,
  limit: 1,
  monitor: 'loss',
  epochs: 500,
  patience: 100,
  normalize: true,
};

const isGated = (model: ModelName): boolean => model.startsWith('gfgn');

/** SGC as in its paper: a linear classifier, by large steps and without dropout. */
const sgc: Partial<Recipe> = { dropout: 0, learningRate: 0.2, weightDecay: 5e-5 };

/** Of citation graphs with 20 labels a class, as the search on Cora found them; SGC trains as long as in its paper. */
function citation(model: ModelName): Partial<Recipe> {
  if (model === 'sgc') return { epochs: 100 };
  if (model === 'gat') return { dropout: 0.8, learningRate: 0.005, epochs: 1000 };
  if (model === 'mlp') return { hidden: 16 };
  return { dropout: 0.8, ...(isGated(model) && { limit: 2 }) };
}

/** Of graphs of web pages, as the search on Texas and Cornell found them. */
function web(model: ModelName): Partial<Recipe> {
  if (model === 'sgc') return { epochs: 300 };
  return { dropout: 0.3, limit: 0.5, ...(model !== 'gcn' && { weightDecay: 5e-5 }) };
}

/**
 * Of social networks with long lists of binary features, as the search on BlogCatalog found them. Rows that are divided by their sums, with the weight decay of
 * citation graphs, leave a GCN near chance for longer than its patience.
 */
function social(model: ModelName): Partial<Recipe> {
  const found: Partial<Recipe> = { normalize: false, weightDecay: 5e-5, limit: 2, monitor: 'accuracy', epochs: 1000 };
  if (model === 'sgc') return { ...found, weightDecay: 5e-6 };
  if (model === 'gat') return { ...found, normalize: true, weightDecay: 5e-6 };
  return found;
}

/** Of actors, whose MLP was searched for alone. */
const film = (model: ModelName): Partial<Recipe> => (model === 'mlp' ? { normalize: false } : {});

const families: Partial<Record<DataSetName, (model: ModelName) => Partial<Recipe>>> = {
  cora: citation,
  citeseer: citation,
  pubmed: citation,
  texas: web,
  cornell: web,
  wisconsin: web,
  film,
  blogcatalog: social,
  flickr: social,
};

/** The settings of a fit. How they were found: benchmark-search.md. */
export const recipeFor = (dataSet: DataSetName, model: ModelName): Recipe => ({
  ...shared,
  ...(model === 'gat' && { hidden: 8 }),
  ...(model === 'sgc' && sgc),
  ...families[dataSet]?.(model),
});

/** Settings in the place of those that were found, for a search of one's own. */
export const recipeSettings = {
  hidden: z.int().min(1).nullable().default(null).describe('Hidden width of all models; null for that of the search'),
  dropout: z.number().min(0).lt(1).nullable().default(null).describe('Dropout before each layer; null likewise'),
  learningRate: z.number().positive().nullable().default(null).describe('Of Adam; null likewise'),
  weightDecay: z
    .number()
    .min(0)
    .nullable()
    .default(null)
    .describe('Times the parameters, added to the gradient; null likewise'),
  limit: z.number().positive().nullable().default(null).describe('λ, the largest score of GFGN; null likewise'),
  monitor: z
    .enum(['loss', 'accuracy'])
    .nullable()
    .default(null)
    .describe('By what validation chooses the epoch that counts; null likewise'),
  normalize: z
    .boolean()
    .nullable()
    .default(null)
    .describe('Whether rows of sparse features are divided by their sums; null likewise'),
  epochs: z.int().min(1).nullable().default(null).describe('Epochs at most; null likewise'),
  patience: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('Epochs without a better validation after which a training ends; null likewise'),
};
