import type { Experiment } from '@unbraid/experiment';

export const experiments: readonly Experiment[] = [];
