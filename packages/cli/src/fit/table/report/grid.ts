import { palette } from '@unbraid/experiment';
import type { Answers } from '../scores/answers.ts';
import { short } from './numbers.ts';
import type { Report } from './scores.ts';

/** A size and a ridge, and the loss over folds. */
export interface GridPoint {
  /** Its place among all. */
  readonly at: number;
  readonly neurons: number;
  readonly ridge: number;
  /** Mean over folds of the held-out loss of a row. */
  readonly loss: number;
  /** Standard error of that mean. */
  readonly error: number;
}

/** Sizes × ridges: how each did. */
export async function gridReport(
  report: Report,
  points: readonly GridPoint[],
  best: GridPoint,
  task: Answers['task'],
): Promise<void> {
  const what = task === 'regression' ? 'mean squared error' : 'log loss';
  const sizes = [...new Set(points.map(({ neurons }) => neurons))];
  const ridges = [...new Set(points.map(({ ridge }) => ridge))];
  const nameOf = (neurons: number) => (neurons === 0 ? 'linear' : neurons.toLocaleString('en-US'));
  report.table('grid', {
    title: `Held-out ${what} of all sizes and ridges`,
    caption: `Mean over folds ± its standard error. The least is chosen: ${nameOf(best.neurons)}${best.neurons === 0 ? '' : ' neurons'}, ridge ${short(best.ridge)}.`,
    columns: ['ridge', ...sizes.map(nameOf)],
    rows: ridges.map((ridge) => [
      short(ridge),
      ...sizes.map((neurons) => {
        const { loss, error } = points.find((each) => each.neurons === neurons && each.ridge === ridge)!;
        return `${short(loss)} ± ${short(error, 2)}`;
      }),
    ]),
  });
  if (ridges.length < 2) return;
  // What is far worse than the best would squeeze the rest.
  const worst = Math.max(...points.filter(({ neurons }) => neurons === sizes[0]).map(({ loss }) => loss));
  const top = Math.max(best.loss * 1.5, Math.min(worst, best.loss * 3));
  const shown = points.filter(({ loss }) => loss <= top);
  const drawn = shown.map((point) => ({
    ...point,
    name: nameOf(point.neurons),
    lower: point.loss - point.error,
    upper: point.loss + point.error,
  }));
  const names = sizes.map(nameOf).filter((name) => drawn.some((point) => point.name === name));
  const left = points.length - shown.length;
  await report.figure('grid', {
    title: `Held-out ${what} against the ridge, by the number of neurons`,
    caption: `Mean over folds, with its standard error. The ring is what was chosen.${left > 0 ? ` ${left} that are above ${short(top)} are not drawn; the table has them.` : ''}`,
    plot: (plot) => ({
      marginLeft: 72,
      x: { type: 'log', label: 'ridge λ', tickFormat: '~g' },
      y: { label: what, nice: true },
      color: {
        legend: true,
        label: 'neurons',
        domain: names,
        ...(names.length <= palette.length ? { range: palette.slice(0, names.length) } : { scheme: 'turbo' as const }),
      },
      marks: [
        plot.ruleX(drawn, { x: 'ridge', y1: 'lower', y2: 'upper', stroke: 'name', strokeOpacity: 0.5 }),
        plot.line(drawn, { x: 'ridge', y: 'loss', stroke: 'name', z: 'name' }),
        plot.dot(drawn, { x: 'ridge', y: 'loss', fill: 'name', r: 3 }),
        plot.dot([best], { x: 'ridge', y: 'loss', r: 8, stroke: 'currentColor', strokeWidth: 1.5 }),
      ],
    }),
  });
}
