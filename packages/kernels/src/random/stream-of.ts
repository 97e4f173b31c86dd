import { createRandom } from './create-random.ts';
import type { Random } from './random.ts';

/** What everything random follows from: a whole number, or a stream that somebody has. */
export type Seed = number | Random;

/** The stream of a seed: a new one of a number, itself of a stream. */
export const streamOf = (seed: Seed): Random => (typeof seed === 'number' ? createRandom(seed) : seed);
