import type { Vae } from '../../vae/vae.ts';
import type { Objective } from '../objective.ts';
import { type Regularizer, weightedKl } from '../training-step.ts';
import { annealedRegularizer } from './annealed.ts';
import { dipRegularizer } from './dip.ts';
import { checkQuantized, quantizedRegularizer } from './quantized.ts';
import { tcRegularizer } from './tc.ts';

/** What an objective is for: the model, and how many rows there are. */
export interface RegularizerOptions {
  readonly vae: Vae;
  /** Of a batch. */
  readonly rows: number;
  /** That are learnt from; undefined where that isn't known. */
  readonly count: number | undefined;
}

/**
 * What an objective adds to the reconstruction loss, but for the discriminator of `factor`, whose step is another.
 * @throws {InputError} where the objective doesn't fit the model or the data
 */
export function regularizerOf(objective: Objective, { vae, rows, count }: RegularizerOptions): Regularizer {
  checkQuantized(vae, objective.name);
  switch (objective.name) {
    case 'tc':
      return tcRegularizer(objective, rows, count);
    case 'dip-i':
    case 'dip-ii':
      return dipRegularizer(objective);
    case 'annealed':
      return annealedRegularizer(objective);
    case 'quantized':
      return quantizedRegularizer(objective, vae.rows.cols);
    default:
      return weightedKl;
  }
}
