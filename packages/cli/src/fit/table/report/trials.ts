import type { RunContext } from '@unbraid/experiment';
import type { Trial } from '../learn/tuned-network.ts';
import { short } from './numbers.ts';

/** The candidates that were tried in the first fold. */
export function trialsTable(
  report: Pick<RunContext<unknown>, 'table'>,
  trials: readonly Trial[],
  chosen: string,
): void {
  if (trials.length === 0) return;
  report.table('trials', {
    title: 'What was tried in the first fold',
    caption:
      'Validation rows are a part of the fold’s training rows, by which training is stopped, too; the least loss is chosen.',
    columns: ['settings', 'validation loss', 'epochs', 'chosen'],
    rows: trials.map(({ name, validationLoss, epochs }) => [
      name,
      short(validationLoss),
      epochs,
      name === chosen ? 'yes' : '',
    ]),
  });
}
