import { callback, count, finite, given, integer, oneOf, type WarningListener } from '@unbraid/checks';
import * as z from 'zod';
import type { DataTable } from '../table.ts';

/** How rows are told apart. */
export interface SplitBy {
  /**
   * `random`: any row anywhere. `stratified`: every part has its share of each class. `grouped`: no group is in two parts, such as a patient's
   * rows. `time`: later rows are tested by what earlier ones taught, and rows of one time stay together. Default `random`.
   */
  readonly kind?: 'random' | 'stratified' | 'grouped' | 'time';
  /** The class of each row, as of a target, for `stratified`. */
  readonly labels?: Int32Array;
  /** The column of groups or times, for `grouped` and `time`. */
  readonly column?: string;
  /** Of what is random. Default 0. */
  readonly seed?: number;
  /** Is told what doesn't come out as asked, in one line. Default: a process warning. */
  readonly onWarning?: WarningListener;
}

/** What `splitRows` takes. */
export interface SplitRowsOptions extends SplitBy {
  /** How many rows to test on: a fraction between 0 and 1, or their number. Default 0.2. */
  readonly test?: { readonly fraction: number } | { readonly count: number };
}

/** What `foldRows` takes. */
export interface FoldRowsOptions extends SplitBy {
  /** Default 5. */
  readonly folds?: number;
}

/** Row indices in ascending order, counted from 0; no row is in both. */
export interface RowSplit {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

const by = {
  table: given<DataTable>(),
  kind: oneOf('random', 'stratified', 'grouped', 'time').default('random'),
  labels: given<Int32Array>().optional(),
  column: z.string({ error: 'the name of a column' }).optional(),
  seed: integer().default(0),
  onWarning: callback<WarningListener>().optional(),
};

const fraction = z.strictObject({ fraction: finite({ above: 0, below: 1 }) });
const number = z.strictObject({ count: count() });
const size = z.union([fraction, number], {
  error: 'a fraction between 0 and 1 or a whole count, such as { fraction: 0.2 },',
});

/** Schemas of the two. */
export const splitSchema = z.object({ ...by, test: size.default({ fraction: 0.2 }) });
export const foldSchema = z.object({ ...by, folds: integer({ min: 2 }).default(5) });
