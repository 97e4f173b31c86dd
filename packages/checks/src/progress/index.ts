export { formatDuration } from './duration.ts';
export { type FitProgress, fitProgress, type ProgressListener, shownNumber, terminalBar } from './fit-progress.ts';
export { barLine, plainLine } from './line.ts';
export type { Progress } from './progress.ts';
export { progressSetting } from './progress-setting.ts';
export { createRateMeter, type RateMeter } from './rate.ts';
export { createProgressReporter, type ProgressOutput, type ProgressReporter } from './reporter.ts';
