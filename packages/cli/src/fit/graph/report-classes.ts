import { palette } from '@unbraid/experiment';
import { titleOf } from './candidates.ts';
import type { Findings } from './findings.ts';
import { percent, type Report } from './report-words.ts';
import { classScores } from './scores.ts';

/** How each class fares, and what is taken for what. */
export async function reportClasses(report: Report, findings: Findings, confusion: Float64Array): Promise<void> {
  classesTable(report, findings, confusion);
  await confusionFigure(report, findings, confusion);
}

function classesTable(report: Report, { source, settings }: Findings, confusion: Float64Array): void {
  const { names: classes, labels } = source.targets;
  report.table('classes', {
    title: `Class by class: ${titleOf(settings.model, settings.task)}`,
    caption: 'In percent, on the test nodes of all splits together.',
    columns: ['class', 'labelled', 'precision', 'recall', 'F1'],
    rows: classes.map((name, k) => {
      const { precision, recall, f1 } = classScores(confusion, classes.length, k);
      return [
        name,
        labels!.reduce((count, label) => count + Number(label === k), 0),
        percent(precision),
        percent(recall),
        percent(f1),
      ];
    }),
  });
}

/** More classes would be unreadable; the table has all. */
const MOST_SHOWN = 30;

async function confusionFigure(report: Report, { source, settings }: Findings, confusion: Float64Array): Promise<void> {
  const { names: classes } = source.targets;
  if (classes.length > MOST_SHOWN) return;
  const cells = classes.flatMap((actual, i) => {
    const row = confusion.subarray(i * classes.length, (i + 1) * classes.length);
    const total = row.reduce((sum, value) => sum + value, 0);
    return classes.map((predicted, j) => ({ actual, predicted, part: total === 0 ? 0 : (100 * row[j]!) / total }));
  });
  await report.figure('confusion', {
    title: 'What is taken for what',
    caption: `Of the test nodes of each class, how many in percent ${titleOf(settings.model, settings.task)} takes for which; all splits together.`,
    plot: (Plot, { width }) => {
      const left = Math.min(width < 500 ? 90 : 150, 20 + 7 * Math.max(...classes.map((name) => name.length)));
      const cell = Math.min(56, Math.floor((width - left - 40) / classes.length));
      const label = (name: string) => (name.length > left / 7 ? `${name.slice(0, Math.floor(left / 7) - 1)}…` : name);
      return {
        marginLeft: left,
        marginBottom: left,
        width: left + 40 + cell * classes.length,
        height: left + 40 + cell * classes.length,
        x: { label: 'predicted', domain: [...classes], tickRotate: -60, tickFormat: label, tickSize: 0 },
        y: { label: 'actual', domain: [...classes], tickFormat: label, tickSize: 0 },
        marks: [
          Plot.cell(cells, {
            x: 'predicted',
            y: 'actual',
            fill: palette[0],
            fillOpacity: (d: { part: number }) => d.part / 100,
            inset: 1,
          }),
          ...(cell < 26
            ? []
            : [
                Plot.text(
                  cells.filter(({ part }) => part >= 0.5),
                  { x: 'predicted', y: 'actual', text: (d: { part: number }) => d.part.toFixed(0) },
                ),
              ]),
        ],
      };
    },
  });
}
