import { palette } from '@unbraid/experiment';
import type { Answers, Outputs } from '../scores/answers.ts';
import type { Report } from './scores.ts';

/** Points that a figure has room for. */
const MOST = 800;

/** Predictions against the truth, and what is left against predictions. */
export async function residualFigures(
  report: Report,
  column: string,
  { values }: Extract<Answers, { task: 'regression' }>,
  { data }: Outputs,
): Promise<void> {
  const step = Math.max(1, Math.ceil(values.length / MOST));
  const points: { truth: number; predicted: number; residual: number }[] = [];
  for (let i = 0; i < values.length; i += step)
    points.push({ truth: values[i]!, predicted: data[i]!, residual: values[i]! - data[i]! });
  const shown = step === 1 ? 'All held-out rows' : `${points.length} of the held-out rows`;
  const ends = [
    Math.min(...points.map((p) => Math.min(p.truth, p.predicted))),
    Math.max(...points.map((p) => Math.max(p.truth, p.predicted))),
  ];
  await report.figure('predictions', {
    title: `Predictions of ${column} against the truth`,
    caption: `${shown}, each predicted by a model that was not trained on it. On the line predictions are right.`,
    plot: (plot) => ({
      marginLeft: 72,
      x: { label: `predicted ${column}`, nice: true },
      y: { label: `true ${column}`, nice: true },
      marks: [
        plot.line(
          ends.map((end) => [end, end]),
          { stroke: 'currentColor', strokeOpacity: 0.6 },
        ),
        plot.dot(points, { x: 'predicted', y: 'truth', fill: palette[0], fillOpacity: 0.45, r: 2 }),
      ],
    }),
  });
  await report.figure('residuals', {
    title: `Residuals of ${column}: truth less prediction`,
    caption: `${shown}. A bend says that something is not learned; a funnel, that errors grow with the prediction.`,
    plot: (plot) => ({
      marginLeft: 72,
      x: { label: `predicted ${column}`, nice: true },
      y: { label: 'residual', nice: true },
      marks: [
        plot.ruleY([0], { stroke: 'currentColor', strokeOpacity: 0.6 }),
        plot.dot(points, { x: 'predicted', y: 'residual', fill: palette[0], fillOpacity: 0.45, r: 2 }),
      ],
    }),
  });
}
