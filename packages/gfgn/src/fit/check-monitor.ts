import { InputError } from '@unbraid/checks';
import type { CheckedSplit } from '../node-graph.ts';
import { measure } from '../tasks/measure.ts';
import type { Targets, TaskName } from '../tasks/task.ts';
import type { Monitor } from './epoch.ts';

/** Why something can't be measured in validation, by the task. */
const reasons: Readonly<Record<TaskName, (rows: string) => string>> = {
  classification: (rows) => `split.validation has no ${rows}`,
  binary: (rows) => `ROC AUC needs ${rows} of both classes in split.validation`,
  multilabel: (rows) => `ROC AUC needs a label that some ${rows} in split.validation have and others don't`,
  regression: () => 'quantities have no accuracy',
};

/**
 * @param who with what is called, such as `gfgn: fit`
 * @param rows such as `nodes`
 * @throws {InputError} `setting`, where the best epoch is to be found by a score that there can't be in validation
 */
export function checkMonitor(
  { who, rows }: { readonly who: string; readonly rows: string },
  monitor: Monitor,
  targets: Targets,
  { validation }: CheckedSplit,
): void {
  if (monitor === 'loss' || validation.length === 0) return;
  // Whether there is a score follows from targets alone.
  const { score, accuracy } = measure(new Float32Array(targets.rows * targets.outputs), targets, {}, validation);
  if (!Number.isNaN(monitor === 'score' ? score : accuracy)) return;
  const why = reasons[targets.name](rows);
  throw new InputError('setting', `${who} can't monitor the ${monitor}: ${why}; monitor the loss`);
}
