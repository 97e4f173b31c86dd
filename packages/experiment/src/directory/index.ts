export type { MetricColumn } from '../experiment.ts';
export { type AxisColumn, isDrawn, type MetricAxes, MOST_CURVE_TEXTS, metricAxes } from '../metric-axes.ts';
export {
  type RunConfig,
  type RunState,
  readConfig,
  readState,
  readSummary,
  runFiles,
} from '../run/config.ts';
export { directoryName } from '../run/directory-name.ts';
export { holderOf, isHeld, type RunStanding, type RunStatus, readStanding } from '../run/held.ts';
export type { ArtifactEntry, FigureEntry, Outputs, TableEntry } from '../run/output-entries.ts';
export { readOutputs } from '../run/outputs.ts';
export { readProgress, type StoredProgress } from '../run/progress-file.ts';
export { type TimelineEntry, timelineEntry } from '../run/timeline.ts';
export { readWorkers, type StoredWorker, type StoredWorkers } from '../workers/workers-file.ts';
export { openRunCopy, type RunCopy, type RunCopyOptions } from './run-copy.ts';
export { readFigure } from './stored-figure.ts';
