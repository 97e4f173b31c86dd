import type { RunContext } from '@unbraid/experiment';
import type { Compared } from '../scores/compared.ts';
import { meanings } from '../scores/names.ts';
import type { TableSource } from '../source.ts';
import { interval, short } from './numbers.ts';

export type Report = Pick<RunContext<unknown>, 'figure' | 'table'>;

/** The scores of the method and of what it is compared with. */
export function scoresTable(
  report: Report,
  { name, target, folds, table }: TableSource,
  compared: readonly Compared[],
  chosen: string,
): void {
  const names = compared[0]!.scores.map((score) => score.name);
  const main = meanings[names[0]!].label;
  report.table('scores', {
    title: `${target.column} of ${name}: scores by cross-validation`,
    caption:
      `${table.rows.toLocaleString('en-US')} rows, ${folds.length} folds; each row is predicted by a model that was not trained on it, and what is learned of the columns is ` +
      `learned anew in each fold. In parentheses intervals of 95% confidence, by the bootstrap over rows. ${compared[0]!.label}: ${chosen}, chosen by the same folds, so its scores are slightly ` +
      `optimistic. The last column is ${compared[0]!.label}'s ${main} less that of the others, on the same resampled rows. ${names
        .map((each) => `${meanings[each].label}: ${meanings[each].meaning}`)
        .join('; ')}.`,
    columns: ['method', ...names.map((each) => meanings[each].label), `difference in ${main}`],
    rows: compared.map(({ label, scores, difference }) => [
      label,
      ...scores.map(({ value, lower, upper }) => interval(value, lower, upper)),
      difference ? interval(difference.value, difference.lower, difference.upper) : '',
    ]),
  });
}

/** What was noticed in the data. */
export function noticesTable(report: Report, { notices }: TableSource): void {
  if (notices.length === 0) return;
  report.table('notices', {
    title: 'What to know of the data',
    columns: ['', 'notice'],
    rows: notices.map((notice, i) => [i + 1, notice]),
  });
}

/** `R² 0.91` */
export const mainScore = ({ scores: [main] }: Compared): string =>
  `${meanings[main!.name].label} ${short(main!.value)}`;
