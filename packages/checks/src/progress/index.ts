export { formatDuration } from './duration.ts';
export { barLine, plainLine } from './line.ts';
export type { Progress } from './progress.ts';
export { createRateMeter, type RateMeter } from './rate.ts';
export { createProgressReporter, type ProgressOutput, type ProgressReporter } from './reporter.ts';
