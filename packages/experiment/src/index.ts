export type { Checkpoints, Figure, PlotModule, Progress, RunContext, Table } from './context.ts';
export { defineExperiment, type Experiment, type PresetName, presetNames } from './experiment.ts';
export type { JsonValue, Scalars, State, Storable, StoredArray, Summary } from './values.ts';
