import type { RunContext, Summary } from '@unbraid/experiment';
import { type Case, families, familyTitles } from './families.ts';
import { type Series, scalingFigure, showSlope } from './scaling-figure.ts';
import { fitPowerLaw, mean } from './slope.ts';

/** A network, measured at several inputs. */
export interface HessianTrial extends Case {
  /** Mean of ‖H‖ over the inputs. */
  readonly norm: number;
  /** Mean of ‖∇f‖ over the inputs. */
  readonly gradient: number;
  /** Largest residual bound of a norm, relative to it. */
  readonly bound: number;
  /** Norms whose search was cut off. */
  readonly unconverged: number;
}

function seriesOf(trials: readonly HessianTrial[], key: 'norm' | 'gradient', from: number): Series[] {
  return families.map((family) => {
    const samples = trials
      .filter((trial) => trial.family === family)
      .map((trial) => ({ width: trial.width, value: trial[key] }));
    return { family, samples, law: fitPowerLaw(samples.filter(({ width }) => width >= from)), from };
  });
}

export function summarizeHessian(trials: readonly HessianTrial[], from: number): Summary {
  const [linear, nonlinear, bottleneck] = seriesOf(trials, 'norm', from).map(({ law }) => law);
  return {
    slopeLinear: linear!.slope,
    slopeNonlinear: nonlinear!.slope,
    slopeBottleneck: bottleneck!.slope,
    errorLinear: linear!.standardError,
    errorNonlinear: nonlinear!.standardError,
    errorBottleneck: bottleneck!.standardError,
    gradientSlopeLinear: seriesOf(trials, 'gradient', from)[0]!.law.slope,
    largestBound: Math.max(...trials.map(({ bound }) => bound)),
    unconverged: trials.reduce((sum, trial) => sum + trial.unconverged, 0),
  };
}

/** A table of means, and both norms against the width. */
export async function reportHessian(
  context: Pick<RunContext<unknown>, 'figure' | 'table'>,
  trials: readonly HessianTrial[],
  from: number,
): Promise<void> {
  const norms = seriesOf(trials, 'norm', from);
  context.table('norms', {
    title: 'Norms of Hessian and gradient',
    caption: 'Means over networks and inputs; the bound is the largest residual of a norm, relative to it.',
    columns: ['networks', 'width m', 'number', '‖H‖', '‖∇f‖', 'bound'],
    rows: norms.flatMap(({ family, samples }) =>
      [...new Set(samples.map(({ width }) => width))].map((width) => {
        const group = trials.filter((trial) => trial.family === family && trial.width === width);
        return [
          familyTitles[family],
          width,
          group.length,
          mean(group.map(({ norm }) => norm)).toPrecision(3),
          mean(group.map(({ gradient }) => gradient)).toPrecision(3),
          Math.max(...group.map(({ bound }) => bound)).toExponential(1),
        ];
      }),
    ),
  });
  const slopes = norms.map(({ family, law }) => `${familyTitles[family]} ${showSlope(law)}`).join(', ');
  await context.figure(
    'hessian',
    scalingFigure(
      {
        title: `Slopes of ‖H‖ from width ${from} on: ${slopes}`,
        caption:
          'Spectral norm of the Hessian, a mark for each network, lines fitted to the mean logarithms. It falls as 1/√m where the output is ' +
          'linear, and stays where it is not or a layer is narrow. Below the fitted widths the fall is flatter.',
        y: '‖H‖, spectral norm',
      },
      norms,
    ),
  );
  await context.figure(
    'gradient',
    scalingFigure(
      {
        title: 'The norm of the gradient does not depend on the width',
        caption: 'Norm of the gradient by all weights, a mark for each network.',
        y: '‖∇f‖',
      },
      seriesOf(trials, 'gradient', from),
    ),
  );
}
