import { z } from 'zod';
import type { FitOptions } from '../fit/fit.ts';
import type { ModelName } from '../models.ts';
import type { DataSetName } from './data-sets.ts';

/** How a model is trained on a data set. */
export type Recipe = Required<
  Pick<FitOptions, 'hidden' | 'dropout' | 'learningRate' | 'weightDecay' | 'limit' | 'monitor'>
>;

const shared: Recipe = { hidden: 64, dropout: 0.5, learningRate: 0.01, weightDecay: 5e-4, limit: 1, monitor: 'loss' };

/** Of citation graphs with 20 labels a class: the baselines as in the GCN paper, GFGN as the search on Cora found it. */
const citation = (model: ModelName): Partial<Recipe> =>
  model.startsWith('gfgn') ? { hidden: 64, dropout: 0.8, limit: 2 } : { hidden: 16 };

const CITATION_GRAPHS: readonly DataSetName[] = ['cora', 'citeseer', 'pubmed'];

/** Of graphs of web pages, as the search on Texas and Cornell found them. */
const web = (model: ModelName): Partial<Recipe> => ({
  dropout: 0.3,
  limit: 0.5,
  ...((model === 'mlp' || model.startsWith('gfgn')) && { weightDecay: 5e-5 }),
});

const WEB_GRAPHS: readonly DataSetName[] = ['texas', 'cornell', 'wisconsin'];

/** The settings of a fit. How they were found: benchmark-search.md. */
export function recipeFor(dataSet: DataSetName, model: ModelName): Recipe {
  return {
    ...shared,
    ...(CITATION_GRAPHS.includes(dataSet) && citation(model)),
    ...(WEB_GRAPHS.includes(dataSet) && web(model)),
    ...(model === 'gat' && { hidden: 8 }),
  };
}

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
};
