import type { RunContext } from '@unbraid/experiment';
import type { TaskName } from '@unbraid/gfgn';

/** What tables and figures are given to. */
export type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

/** A part from 0 to 1. */
export const percent = (value: number): string => (100 * value).toFixed(2);

/** A score: parts in percent, R² as it is. */
export const shown = (score: number, task: TaskName): string =>
  task === 'regression' ? score.toFixed(4) : percent(score);

/** The same within a sentence. */
export const shownWithUnit = (score: number, task: TaskName): string =>
  `${shown(score, task)}${task === 'regression' ? '' : '%'}`;
