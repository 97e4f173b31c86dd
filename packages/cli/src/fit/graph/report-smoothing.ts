import { palette } from '@unbraid/experiment';
import { scoreNames, type TaskName } from '@unbraid/gfgn';
import { type Report, shownWithUnit } from './report-words.ts';
import type { Smoothing } from './smoothing.ts';

/** How much each column is smoothed, as a figure and as a table. */
export async function reportSmoothing(report: Report, smoothing: Smoothing, task: TaskName): Promise<void> {
  await smoothingFigure(report, smoothing, task);
  smoothingTable(report, smoothing);
}

const EXTREMES = 10;

/** Features in the order of their scores, the largest first. */
const ordered = ({ names, scores, alike }: Smoothing) =>
  names.map((name, d) => ({ name, score: scores[d]!, alike: alike[d]! })).sort((a, b) => b.score - a.score);

const WHAT =
  'A score of 0 leaves a column as it is, 1 replaces it by its mean over neighbours, as a GCN does with every column alike.';

function smoothingFigure(report: Report, smoothing: Smoothing, task: TaskName): Promise<void> {
  const all = ordered(smoothing);
  const points = all.filter(({ alike }) => Number.isFinite(alike));
  const few = points.length <= 2 * EXTREMES;
  return report.figure('smoothing', {
    title: 'How much each column is smoothed along the edges',
    caption: `${WHAT} Learned by gates on the columns themselves, with hidden layers behind them whose test ${scoreNames[task]} is ${shownWithUnit(smoothing.test, task)}. What neighbours have in common lies on the right.`,
    plot: (Plot) => ({
      marginRight: 40,
      x: { label: 'correlation of the column between neighbours', grid: true, nice: true },
      y: { label: 'smoothing score', grid: true, domain: [0, 1] },
      marks: [
        Plot.dot(points, { x: 'alike', y: 'score', r: few ? 4 : 2.5, fill: palette[0], fillOpacity: few ? 1 : 0.6 }),
        ...(few ? [Plot.text(points, { x: 'alike', y: 'score', text: 'name', dy: -9 })] : []),
      ],
    }),
  });
}

function smoothingTable(report: Report, smoothing: Smoothing): void {
  const all = ordered(smoothing);
  const cut = all.length > 2 * EXTREMES;
  report.table('smoothing', {
    title: cut
      ? `The ${EXTREMES} columns that are smoothed most, and the ${EXTREMES} least`
      : 'How much each column is smoothed',
    caption: WHAT,
    columns: ['column', 'smoothing score', 'correlation between neighbours'],
    rows: (cut ? [...all.slice(0, EXTREMES), ...all.slice(-EXTREMES)] : all).map(({ name, score, alike }) => [
      name,
      score.toFixed(3),
      Number.isFinite(alike) ? alike.toFixed(3) : 'none',
    ]),
  });
}
