export { formatDuration } from '@unbraid/checks/progress';
export { checkExperiment } from './check.ts';
export type {
  Checkpoints,
  Figure,
  FigureSpace,
  PlotModule,
  Progress,
  RunContext,
  Table,
  UnitsOptions,
} from './context.ts';
export { DamagedError, messageOf, RunError, UsageError } from './errors.ts';
export { defineExperiment, type Experiment, type MetricColumn, type PresetName, presetNames } from './experiment.ts';
export { type GridTexts, gridFigure, pngSource, type Tile } from './figures/image-grid.ts';
export { darkPalette, palette } from './figures/palette.ts';
export { renderFigure } from './figures/render.ts';
export { figureStyle } from './figures/style.ts';
export { withoutBackticks } from './figures/text.ts';
export { loadOptional, type OptionalPackage } from './load-optional.ts';
export { latest, once } from './once.ts';
export { createRun, type Run, type RunCheckpoint } from './own/create-run.ts';
export type { CreateRunOptions } from './own/options.ts';
export type { TrackOptions } from './own/track.ts';
export { explained } from './report/explained.ts';
export { formatSetting, formatValue, isNumericColumn } from './report/format.ts';
export { writeReport } from './report/write.ts';
export type { RunConfig } from './run/config.ts';
export type { FinishedRun, RunHooks, RunOutcome } from './run/execute.ts';
export type { TableEntry } from './run/output-entries.ts';
export { type ResumeOptions, resumeRun } from './run/resume.ts';
export { type StartOptions, startRun } from './run/start.ts';
export type { WriteFile } from './run/write-file.ts';
export { describeSettings, type SettingDescription } from './settings/describe.ts';

export { checkPreset, parseSettings, settingsFromText } from './settings/parse.ts';
export { correlation, deviation, hundredths, mean, median, numberIn } from './statistics.ts';
export type { JsonValue, Scalars, State, Storable, StoredArray, Summary } from './values.ts';
