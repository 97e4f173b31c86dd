import { palette, type RunContext, type Summary } from '@unbraid/experiment';
import { type Case, type Family, families, familyTitles } from './families.ts';
import { type Series, scalingFigure, showSlope } from './scaling-figure.ts';
import { fitPowerLaw, mean } from './slope.ts';

/** A place on the training path. */
export type PathPoint = {
  readonly step: number;
  readonly loss: number;
  /** Root mean square of f − f_lin at the path's weights, on training inputs. */
  readonly train: number;
  /** The same on test inputs. */
  readonly test: number;
};

/** A network's path, and the losses of its tangent model, trained by itself, after as many steps. */
export interface PathTrial extends Case {
  readonly points: readonly PathPoint[];
  readonly tangentLosses: readonly number[];
}

const largest = (values: readonly number[]): number => Math.max(...values);
const distanceOf = ({ points }: PathTrial): number => largest(points.map(({ test }) => test));

/** Largest gap between the roots of both losses, as a share of the first root. */
function curvesApart({ points, tangentLosses }: PathTrial): number {
  const roots = points.map(({ loss }) => Math.sqrt(loss));
  return largest(roots.map((root, i) => Math.abs(root - Math.sqrt(tangentLosses[i]!)))) / roots[0]!;
}

const trialsOf = (trials: readonly PathTrial[], family: Family) => trials.filter((trial) => trial.family === family);

function seriesOf(trials: readonly PathTrial[]): Series[] {
  return families.map((family) => {
    const samples = trialsOf(trials, family).map((trial) => ({ width: trial.width, value: distanceOf(trial) }));
    return { family, samples, law: fitPowerLaw(samples), from: 0 };
  });
}

export function summarizePath(trials: readonly PathTrial[]): Summary {
  const [linear, nonlinear, bottleneck] = seriesOf(trials).map(({ law }) => law.slope);
  const widest = largest(trials.map(({ width }) => width));
  const at = (family: Family, value: (trial: PathTrial) => number) =>
    mean(
      trialsOf(trials, family)
        .filter(({ width }) => width === widest)
        .map(value),
    );
  return {
    distanceSlopeLinear: linear!,
    distanceSlopeNonlinear: nonlinear!,
    distanceSlopeBottleneck: bottleneck!,
    distanceLinear: at('linear', distanceOf),
    distanceNonlinear: at('nonlinear', distanceOf),
    distanceBottleneck: at('bottleneck', distanceOf),
    curvesApartLinear: at('linear', curvesApart),
    curvesApartNonlinear: at('nonlinear', curvesApart),
    curvesApartBottleneck: at('bottleneck', curvesApart),
  };
}

/** A table of distances, their figure against the width, and both training curves of the widest networks. */
export async function reportPath(
  context: Pick<RunContext<unknown>, 'figure' | 'table'>,
  trials: readonly PathTrial[],
): Promise<void> {
  const series = seriesOf(trials);
  context.table('distances', {
    title: 'Distance of a network from its tangent model',
    caption:
      'Means over networks of the largest distance on the path (root mean square over inputs), and of the largest gap between the roots of ' +
      'both losses in training, as a share of the first.',
    columns: ['networks', 'width m', 'on training inputs', 'on test inputs', 'curves apart'],
    rows: series.flatMap(({ family, samples }) =>
      [...new Set(samples.map(({ width }) => width))].map((width) => {
        const group = trialsOf(trials, family).filter((trial) => trial.width === width);
        const train = mean(group.map(({ points }) => largest(points.map((point) => point.train))));
        const [test, curves] = [mean(group.map(distanceOf)), mean(group.map(curvesApart))];
        return [familyTitles[family], width, ...[train, test, curves].map((value) => value.toPrecision(3))];
      }),
    ),
  });
  const slopes = series.map(({ family, law }) => `${familyTitles[family]} ${showSlope(law)}`).join(', ');
  await context.figure(
    'distance',
    scalingFigure(
      {
        title: `Slopes of the distance: ${slopes}`,
        caption:
          'Largest distance between a network and its tangent model at the same weights, on the way to the target loss, over test inputs; a ' +
          'mark for each network.',
        y: 'max ‖f − f_lin‖ (root mean square)',
      },
      series,
    ),
  );
  await curvesFigure(context, trials);
}

function curvesFigure(context: Pick<RunContext<unknown>, 'figure'>, trials: readonly PathTrial[]): Promise<void> {
  const widest = largest(trials.map(({ width }) => width));
  const shown = trials.filter(({ width, network }) => width === widest && network === 0);
  const rows = shown.flatMap(({ family, points, tangentLosses }) =>
    points.flatMap(({ step, loss }, i) => [
      { step: step + 1, loss, family: familyTitles[family], model: 'network' },
      { step: step + 1, loss: tangentLosses[i]!, family: familyTitles[family], model: 'tangent model' },
    ]),
  );
  const of = (model: string) => rows.filter((row) => row.model === model);
  const domain = families.map((family) => familyTitles[family]);
  return context.figure('curves', {
    title: `Training at width ${widest}: networks (solid) and their tangent models (dashed)`,
    caption: 'Mean squared error against steps of gradient descent, counted from 1, at the same rate for both.',
    plot: (plot) => ({
      x: { type: 'log', label: 'step', tickFormat: '~s' },
      y: { type: 'log', label: 'training loss', tickFormat: '~g' },
      color: { legend: true, domain, range: palette.slice(0, domain.length) },
      marks: [
        plot.line(of('network'), { x: 'step', y: 'loss', stroke: 'family', z: 'family' }),
        plot.line(of('tangent model'), { x: 'step', y: 'loss', stroke: 'family', z: 'family', strokeDasharray: '5,4' }),
      ],
    }),
  });
}
