import type { Experiment } from '@unbraid/experiment';
import { compare } from './compare.ts';
import { deep } from './deep.ts';
import { generalize } from './generalize.ts';
import { kernel } from './kernel.ts';
import { memorize } from './memorize.ts';
import { relu } from './relu.ts';

/** The experiments on GaLU. */
export const experiments: readonly Experiment[] = [memorize, compare, generalize, kernel, relu, deep];
