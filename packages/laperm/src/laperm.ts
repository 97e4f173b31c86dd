import { callback, checkSettings, having } from '@unbraid/checks';
import { adam, type Optimizer } from '@unbraid/nn';
import * as z from 'zod';
import type { Period } from './period.ts';
import { synchronizedOptimizer } from './synchronized-optimizer.ts';
import { createSynchronizer } from './synchronizer.ts';
import type { Skip } from './weight-vectors.ts';

/** What `laperm` takes. */
export interface LapermSettings {
  /** What moves the weights between synchronizations. Default `adam()`. */
  readonly inner?: Optimizer;
  /**
   * k: a synchronization follows every step, counted from 1 over all epochs, that k divides. A number, or a function of the epoch,
   * which is counted from 0.
   */
  readonly period: Period;
  /**
   * Parameters that are left to the inner optimizer alone; by default those that can't be permuted (`weightVectors`). The authors'
   * loop leaves all biases and batch norm parameters by default: `(_path, spec) => spec.shape.length === 1`.
   */
  readonly skip?: Skip;
}

/** Settings of `laperm` and `signedLaperm`. */
export const lapermSchema = z.object({
  inner: having<Optimizer>('an optimizer', 'name', 'settings', 'create').optional(),
  period: z.union([z.number(), callback<(epoch: number) => number>()], {
    error: 'a number of steps or a function of the epoch',
  }),
  skip: callback<Skip>().optional(),
});

/**
 * LaPerm (Qiu and Suda 2020, section 4): the inner optimizer trains freely for k steps, then every weight vector is
 * synchronized, which leaves its first values in the order that training gave it. The inner optimizer's state is kept.
 * `fit` validates, keeps and returns copies that are synchronized.
 * @throws {InputError} for settings that are unknown, or a period that is no whole number of at least 1; from `create`, for a model
 * with no weights to permute
 */
export function laperm(settings: LapermSettings): Optimizer {
  const { inner = adam(), ...own } = checkSettings('laperm: laperm', lapermSchema, settings);
  return synchronizedOptimizer({ ...own, name: 'laperm', inner, createSynchronizer });
}
