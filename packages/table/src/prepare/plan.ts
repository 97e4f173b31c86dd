import type { ColumnKind } from '../table.ts';

/** An affine map to mean 0 and standard deviation 1, in float64, (x − mean) / scale, between −limit and limit. */
export interface Standardization {
  readonly mean: number;
  /** Above 0. */
  readonly scale: number;
  /** In standard deviations. What is farther from the mean is set to that, since models go on in a straight line beyond the rows that they know. */
  readonly limit: number;
}

/** A column of numbers: standardized, a missing one as the median; with `indicator` a second feature is 1 where it was missing. */
export interface NumberPlan {
  readonly use: 'number';
  readonly name: string;
  readonly kind: 'number';
  readonly median: number;
  readonly indicator: boolean;
  /** Undefined where all numbers of the training rows are the same: then there is only the indicator. */
  readonly standardization?: Standardization;
}

/** Yes and no as 1 and 0, a missing one as what most training rows have. */
export interface BooleanPlan {
  readonly use: 'boolean';
  readonly name: string;
  readonly kind: 'boolean';
  readonly fill: 0 | 1;
  readonly indicator: boolean;
  /** False where all entries of the training rows are the same: then there is only the indicator. */
  readonly varies: boolean;
}

interface Category {
  readonly use: 'category';
  readonly name: string;
  readonly kind: 'text' | 'number';
}

/** Categories as a feature each, 1 where it is that category. */
export interface OneHotPlan extends Category {
  readonly encoding: 'one-hot';
  /** With a feature of their own, ascending. */
  readonly levels: readonly string[] | readonly number[];
  /** Known but rare: they share one feature, which is 1 for levels that were never seen, too. Without any, such a level has 0 in all features. */
  readonly rare: readonly string[] | readonly number[];
  /** Whether there is a feature for missing entries: there were such in training. */
  readonly missing: boolean;
}

/** Categories as what the target was for them in training: its mean, or the share of each class. */
export interface MeansPlan extends Category {
  readonly encoding: 'means';
  readonly levels: readonly string[] | readonly number[];
  /** What the features are means of: the target's name, or one class or each. */
  readonly of: readonly string[];
  /** `means[k][i]` of level i. */
  readonly means: readonly (readonly number[])[];
  /** For levels that were never seen. */
  readonly overall: readonly number[];
  /** For missing entries; undefined where there were none in training: then as never seen. */
  readonly missing?: readonly number[];
  readonly standardization: readonly Standardization[];
}

/** Dates as time passed, standardized, and as parts that come again. */
export interface DatePlan {
  readonly use: 'date';
  readonly name: string;
  readonly kind: 'date';
  /** Milliseconds since 1970, as all of it. */
  readonly median: number;
  readonly indicator: boolean;
  readonly standardization?: Standardization;
  /** Place in the year and in the day as sine and cosine. */
  readonly year: boolean;
  readonly day: boolean;
  /** Days of the week with a feature each, 0 Sunday. */
  readonly weekdays: readonly number[];
}

/** A column that gives no features. */
export interface LeftOutPlan {
  readonly use: 'leave-out';
  readonly name: string;
  readonly kind: ColumnKind;
  readonly reason: string;
}

/** What was learned of a column. */
export type ColumnPlan = NumberPlan | BooleanPlan | OneHotPlan | MeansPlan | DatePlan | LeftOutPlan;

/** What a column can be asked to be used as. */
export type ColumnUse = ColumnPlan['use'];

/**
 * The limit where none is asked for. No training row of fewer than 10¹² is concerned, since one row of N is √N deviations from their mean at most; it keeps
 * results finite for numbers that are out of all proportion.
 */
export const FARTHEST = 1e6;

/** The place on the standardized scale, in float64. */
export function standardized(value: number, { mean, scale, limit }: Standardization): number {
  const z = (value - mean) / scale;
  return Math.max(-limit, Math.min(limit, z));
}
