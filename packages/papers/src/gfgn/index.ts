import type { Experiment } from '@unbraid/experiment';
import { benchmark } from './benchmark.ts';
import { dimensions } from './dimensions.ts';
import { heterophily } from './heterophily.ts';
import { noise } from './noise.ts';
import { scores } from './scores.ts';

/** The experiments on GFGN. */
export const experiments: readonly Experiment[] = [benchmark, dimensions, heterophily, noise, scores];
