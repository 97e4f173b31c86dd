import { palette } from '@unbraid/experiment';
import type { Curve } from '../learning-curve.ts';
import type { Answers } from '../scores/answers.ts';
import type { Compared } from '../scores/compared.ts';
import type { Report } from './scores.ts';

/** Scores against the number of rows learned from. */
export function curveFigure(
  report: Report,
  label: string,
  { points }: Curve,
  compared: readonly Compared[],
  task: Answers['task'],
): Promise<void> {
  const score = task === 'regression' ? 'R²' : 'accuracy';
  const kinds = ['rows learned from', 'held-out rows'];
  // A score below that of a constant says no more than that; it would squeeze the rest.
  const floor = task === 'regression' ? 0 : compared.find(({ key }) => key === 'constantScore')!.scores[0]!.value * 0.9;
  const all = points.flatMap(({ rows, training, tested }) => [
    { rows, score: Math.max(training, floor), on: kinds[0]! },
    { rows, score: Math.max(tested, floor), on: kinds[1]! },
  ]);
  const cut = points.some(({ tested, training }) => Math.min(tested, training) < floor);
  return report.figure('learning-curve', {
    title: `Learning curve: ${score} of ${label} against rows`,
    caption:
      `In the first fold, with the settings that were chosen from all rows. Where both curves meet, more rows bring little; where the lower one still rises, they do.` +
      `${cut ? ` Scores below ${floor.toPrecision(2)} are drawn there.` : ''}`,
    plot: (plot) => ({
      x: { type: 'log', label: 'rows learned from', ticks: points.map(({ rows }) => rows), tickFormat: ',' },
      y: { label: score, nice: true, grid: true },
      color: { legend: true, domain: kinds, range: [palette[1], palette[0]] },
      marks: [
        plot.line(all, { x: 'rows', y: 'score', stroke: 'on', z: 'on' }),
        plot.dot(all, { x: 'rows', y: 'score', fill: 'on', r: 4 }),
      ],
    }),
  });
}
