import type { FitOptions } from '../fit/fit.ts';
import type { ModelName } from '../models.ts';
import type { DataSetName } from './data-sets.ts';

/** How a model is trained on a data set. */
export type Recipe = Required<
  Pick<FitOptions, 'hidden' | 'dropout' | 'learningRate' | 'weightDecay' | 'limit' | 'monitor'>
>;

const shared: Recipe = { hidden: 64, dropout: 0.5, learningRate: 0.01, weightDecay: 5e-4, limit: 1, monitor: 'loss' };

/** Of citation graphs with 20 labels a class: the width of the GCN paper. */
const citation: Partial<Recipe> = { hidden: 16 };

const byDataSet: Readonly<Partial<Record<DataSetName, Partial<Recipe>>>> = {
  cora: citation,
  citeseer: citation,
  pubmed: citation,
};

/** The settings of a fit. How they were found: benchmark-search.md. */
export function recipeFor(dataSet: DataSetName, model: ModelName): Recipe {
  return { ...shared, ...byDataSet[dataSet], ...(model === 'gat' && { hidden: 8 }) };
}
