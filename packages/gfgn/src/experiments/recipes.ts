import { z } from 'zod';
import type { FitOptions } from '../fit/fit.ts';
import type { ModelName } from '../models.ts';
import type { DataSetName } from './data-sets.ts';

/** How a model is trained on a data set. */
export type Recipe = Required<
  Pick<FitOptions, 'hidden' | 'dropout' | 'learningRate' | 'weightDecay' | 'limit' | 'monitor' | 'epochs' | 'patience'>
> & {
  /** Whether rows of sparse features are divided by their sums. */
  readonly normalize: boolean;
};

/**
 * What all start from: two layers of 64, Adam as in the GCN paper, and the epoch of lowest validation loss. Enough epochs that a training ends by its patience.
 */
const shared: Recipe = {
  hidden: 64,
  dropout: 0.5,
  learningRate: 0.01,
  weightDecay: 5e-4,
  limit: 1,
  monitor: 'loss',
  epochs: 1000,
  patience: 100,
  normalize: true,
};

const isGated = (model: ModelName): boolean => model.startsWith('gfgn');
