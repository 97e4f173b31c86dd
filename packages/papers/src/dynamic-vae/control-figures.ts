import { palette, type RunContext } from '@unbraid/experiment';
import type { CurvePoint } from './curves.ts';

type Report = Pick<RunContext<unknown>, 'figure'>;

/** KL divergence of fits against the set point, all as moving averages. */
export function klFigure(context: Report, points: readonly CurvePoint[], window: number): Promise<void> {
  const fits = [...new Set(points.map(({ fit }) => fit))];
  const followed = points.find(({ setPoint }) => Number.isFinite(setPoint))?.fit;
  const setPoint = points.filter(({ fit }) => fit === followed);
  return context.figure('kl', {
    title: 'KL divergence and its set point',
    caption: `The KL divergence of training batches, averaged over ${window} steps; the dashed line is the set point C(t) that controllers are to follow.`,
    plot: (Plot) => ({
      x: { label: 'training step', grid: true },
      y: { label: 'KL divergence in nats', zero: true, nice: true, grid: true },
      color: { label: null, domain: fits, range: palette.slice(0, fits.length) },
      marks: [
        Plot.line(points, { x: 'step', y: 'kl', stroke: 'fit', z: 'fit', strokeWidth: 1.5 }),
        Plot.line(setPoint, { x: 'step', y: 'setPoint', strokeDasharray: '6,4', strokeWidth: 1.5 }),
      ],
    }),
  });
}

const TICKS = [0, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500];

/** β of fits. */
export function betaFigure(context: Report, points: readonly CurvePoint[]): Promise<void> {
  const fits = [...new Set(points.map(({ fit }) => fit))];
  const largest = Math.max(...points.map(({ beta }) => beta));
  return context.figure('beta', {
    title: 'The weight β of the KL divergence',
    caption: 'A controller raises β where the KL divergence is above its set point, and lowers it where it is below.',
    plot: (Plot) => ({
      x: { label: 'training step', grid: true },
      y: {
        label: 'β',
        type: 'symlog',
        constant: 0.5,
        zero: true,
        ticks: TICKS.filter((tick) => tick <= largest),
        tickFormat: String,
      },
      color: { label: null, domain: fits, range: palette.slice(0, fits.length) },
      marks: [
        Plot.ruleY([1], { strokeOpacity: 0.4, strokeDasharray: '2,3' }),
        Plot.line(points, { x: 'step', y: 'beta', stroke: 'fit', z: 'fit', strokeWidth: 1.5 }),
      ],
    }),
  });
}
