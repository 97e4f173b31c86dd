import type { Experiment } from '@unbraid/experiment';
import { hessian } from './hessian.ts';
import { kernel } from './kernel.ts';

/** Everything that `unbraid run` can run for this package. */
export const experiments: readonly Experiment[] = [hessian, kernel];
