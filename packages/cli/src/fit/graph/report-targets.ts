import { mean, palette } from '@unbraid/experiment';
import { scoreNames } from '@unbraid/gfgn';
import { titleOf } from './candidates.ts';
import type { Findings } from './findings.ts';
import { percent, type Report, shown } from './report-words.ts';
import { targetErrors, targetScores } from './scores.ts';

/** How each label or quantity fares, and of quantities what was predicted beside what is. */
export async function reportTargets(report: Report, findings: Findings): Promise<void> {
  targetsTable(report, findings);
  if (findings.settings.task !== 'regression') return;
  const { columns } = findings.source.targets;
  for (const d of columns.slice(0, MOST_SHOWN).keys()) await predictedFigure(report, findings, d);
}

const answersOf = ({ compared }: Findings) =>
  compared[0]!.outcomes.map(({ parts: { test }, trial: { outputs } }) => ({ test, outputs }));

const known = (values: readonly number[]): number[] => values.filter((value) => !Number.isNaN(value));

function targetsTable(report: Report, findings: Findings): void {
  const { source, settings } = findings;
  const { task } = settings;
  const { columns, values } = source.targets;
  const answers = answersOf(findings);
  const scores = answers.map((each) => targetScores(each, source.targets));
  const errors = answers.map((each) => targetErrors(each, source.targets));
  const isRegression = task === 'regression';
  report.table('targets', {
    title: `${isRegression ? 'Quantity by quantity' : 'Label by label'}: ${titleOf(settings.model, task)}`,
    caption: 'Means over splits, on test nodes.',
    columns: [
      ...(isRegression ? ['quantity', 'known'] : ['label', 'known', 'there']),
      scoreNames[task],
      isRegression ? 'mean absolute error' : 'accuracy',
    ],
    rows: columns.map((name, d) => {
      const own = values!.filter((value, at) => at % columns.length === d && !Number.isNaN(value));
      const score = mean(known(scores.map((each) => each[d]!)));
      const error = mean(known(errors.map((each) => each[d]!)));
      return [
        name,
        own.length,
        ...(isRegression ? [] : [own.filter((value) => value === 1).length]),
        Number.isNaN(score) ? 'none' : shown(score, task),
        isRegression ? error.toPrecision(4) : percent(error),
      ];
    }),
  });
}

/** More nodes would be a cloud, and more figures a wall; the table has all quantities. */
const [MOST_NODES, MOST_SHOWN] = [2000, 6] as const;

/** What is predicted of one quantity. */
function predictedFigure(report: Report, findings: Findings, d: number): Promise<void> {
  const { source, settings } = findings;
  const { columns, values } = source.targets;
  const cols = columns.length;
  const [{ test, outputs }] = answersOf(findings) as [ReturnType<typeof answersOf>[number]];
  const step = Math.ceil(test.length / MOST_NODES);
  const points = Array.from(test, (node, at) => ({
    actual: values![node * cols + d]!,
    predicted: outputs[at * cols + d]!,
  })).filter(({ actual }, at) => at % step === 0 && !Number.isNaN(actual));
  return report.figure(cols === 1 ? 'predicted' : `predicted-${d + 1}`, {
    title: `${columns[d]}: what is predicted, and what is`,
    caption: `Test nodes of the first split${step > 1 ? `, one of ${step}` : ''}, by ${titleOf(settings.model, settings.task)}. On the line both are the same.`,
    plot: (Plot) => ({
      grid: true,
      x: { label: 'what is', nice: true },
      y: { label: 'what is predicted', nice: true },
      marks: [
        Plot.line(points, { x: 'actual', y: 'actual', sort: 'actual', stroke: 'currentColor', strokeOpacity: 0.5 }),
        Plot.dot(points, { x: 'actual', y: 'predicted', r: 2.5, fill: palette[0], fillOpacity: 0.6 }),
      ],
    }),
  });
}
