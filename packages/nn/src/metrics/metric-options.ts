import { checkSettings, InputError, oneOf, showValue } from '@unbraid/checks';
import * as z from 'zod';
import { toWeights } from '../fit/resolve-data.ts';

/** What every score of labels or quantities takes. */
export interface MetricOptions {
  /** How much each row counts, at least 0. Default: each as much. */
  readonly weights?: ArrayLike<number> | undefined;
}

export const metricSchema = z.object({ weights: z.custom<ArrayLike<number>>().optional() });

/** How scores of classes become one: of class 1 alone, the mean over classes, over all rows together, or the mean by the rows of classes. */
export type Average = 'binary' | 'macro' | 'micro' | 'weighted';

/** What scores of classes take. */
export interface AverageOptions extends MetricOptions {
  /** Default `binary` with two classes, else `macro`. */
  readonly average?: Average | undefined;
  /** Number of classes; by default one more than the largest label, at least 2. */
  readonly classes?: number | undefined;
}

export const classesSetting = () => z.int({ error: 'an integer of at least 2' }).min(2).optional();

export const averageSchema = metricSchema.extend({
  average: oneOf('binary', 'macro', 'micro', 'weighted').optional(),
  classes: classesSetting(),
});

/** The options of a metric, checked. @throws {InputError} for one that is unknown or can't be */
export const optionsOf = <S extends z.ZodObject>(who: string, schema: S, options: object): z.output<S> =>
  checkSettings(`nn: ${who}`, schema, options);

/** Weights of rows in float64, ones where there are none. @throws {InputError} for weights that don't fit */
export function weightsOf(who: string, weights: ArrayLike<number> | undefined, rows: number): Float64Array {
  if (weights === undefined) return new Float64Array(rows).fill(1);
  toWeights(`nn: ${who}'s weights`, weights, rows);
  return Float64Array.from(weights);
}

/** @throws {InputError} unless there are as many of both, and at least one */
export function checkPaired(who: string, truth: ArrayLike<unknown>, predicted: ArrayLike<unknown>): void {
  for (const [name, values] of Object.entries({ truth, predicted })) {
    if (typeof values !== 'object' || values === null || typeof values.length !== 'number')
      throw new InputError('data', `nn: ${who}'s ${name} is ${showValue(values)}; an array is needed`);
  }
  if (truth.length === predicted.length && truth.length > 0) return;
  throw new InputError(
    'data',
    `nn: ${who} takes as many predictions as there are true values, and at least one; there are ${predicted.length} and ${truth.length}`,
  );
}
