import type { Experiment } from '@unbraid/experiment';
import { learners } from './learners.ts';
import { pension } from './pension.ts';
import { throughput } from './throughput.ts';

/** The experiments on Sim-Env. */
export const experiments: readonly Experiment[] = [pension, learners, throughput];

export { coroutineRing, plainRing } from './ring.ts';
export { byteScreen, floatScreen } from './screen.ts';
