import type { ColumnPlan } from './plan.ts';
import type { Target } from './target.ts';

/** What learning of a column takes beside it. */
export interface LearnSettings {
  readonly target?: Target | undefined;
  /** Of numbers and dates, in standard deviations. */
  readonly limit: number;
  readonly maxLevels: number;
  readonly minRows: number;
  readonly smoothing: 'auto' | number;
  /** The fold of each row in cross-fitting. */
  readonly folds: () => Int32Array;
}

/** What was learned of a column. */
export interface Learned {
  readonly plan: ColumnPlan;
  /** Means of the target as the training rows get them, before they are standardized. */
  readonly fitted?: readonly Float64Array[];
  /** What a person should know of it. */
  readonly notice?: string;
}
