import type { Experiment } from '@unbraid/experiment';
import { benchmark } from './benchmark.ts';
import { dimensions } from './dimensions.ts';
import { noise } from './noise.ts';
import { scores } from './scores.ts';

/** The experiments on GFGN. */
export const experiments: readonly Experiment[] = [benchmark, dimensions, noise, scores];
