import type { FitOptions } from '../fit/fit.ts';
import type { ModelName } from '../models.ts';
import type { DataSetName } from './data-sets.ts';

/** How a model is trained on a data set. */
export type Recipe = Required<
  Pick<FitOptions, 'hidden' | 'dropout' | 'learningRate' | 'weightDecay' | 'limit' | 'monitor'>
>;

const shared: Recipe = { hidden: 64, dropout: 0.5, learningRate: 0.01, weightDecay: 5e-4, limit: 1, monitor: 'loss' };

/** Of citation graphs with 20 labels a class: the settings of the GCN paper, and for GFGN what validation chose. */
const citation = (model: ModelName): Partial<Recipe> =>
  model.startsWith('gfgn') ? { dropout: 0.7, limit: 2 } : { hidden: 16 };

const citations: readonly DataSetName[] = ['cora', 'citeseer', 'pubmed'];

/** The settings of a fit. How they were found: benchmark-search.md. */
export function recipeFor(dataSet: DataSetName, model: ModelName): Recipe {
  const own = citations.includes(dataSet) ? citation(model) : {};
  return { ...shared, ...own, ...(model === 'gat' && { hidden: 8 }) };
}
