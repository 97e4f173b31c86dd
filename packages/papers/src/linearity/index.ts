import type { Experiment } from '@unbraid/experiment';
import { hessian } from './hessian.ts';
import { kernel } from './kernel.ts';
import { path } from './path.ts';
import { regime } from './regime.ts';
import { spectrum } from './spectrum.ts';

/** Everything that `unbraid run` can run for this package. */
export const experiments: readonly Experiment[] = [hessian, kernel, path, regime, spectrum];
