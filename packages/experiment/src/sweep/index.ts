export { dimensionFromText, dimensionOf, type RangeRequest, seedsFromText, spaceOf } from './grammar.ts';
export { readSweep, type SweepResults, sweepFiles } from './outputs.ts';
export type { Pruning } from './prune.ts';
export { checkSweep, configurationsOf } from './request.ts';
export { type GivenTrial, type SweepMethod, type SweepSettings, sweepMethods, sweepSettings } from './settings.ts';
export type { Configuration, Dimension, Space } from './space.ts';
export { isSweep, type SweepOptions, sweepExperiment, sweepName } from './sweep-experiment.ts';
export { type ImportedTrials, trialsFromCsv } from './trials-csv.ts';
