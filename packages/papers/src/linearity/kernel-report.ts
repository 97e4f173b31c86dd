import type { RunContext, Summary } from '@unbraid/experiment';
import { type Case, type Family, families, familyTitles } from './families.ts';
import { type Series, scalingFigure, showSlope } from './scaling-figure.ts';
import { fitPowerLaw, mean } from './slope.ts';

/** A network, trained. */
export interface KernelTrial extends Case {
  /** Largest ‖K(w_t) − K(w₀)‖_F / ‖K(w₀)‖_F. */
  readonly change: number;
  /** The same at a fixed distance from the start, in the direction in which the kernel changes fastest. */
  readonly ballChange: number;
  /** ‖w_T − w₀‖ */
  readonly distance: number;
  /** What rounding adds to it at most. */
  readonly bound: number;
  /** Smallest λ_min of the kernel on the way. */
  readonly smallest: number;
  /** At the end. */
  readonly loss: number;
  readonly steps: number;
}

const trialsOf = (trials: readonly KernelTrial[], family: Family) => trials.filter((trial) => trial.family === family);

function seriesOf(trials: readonly KernelTrial[], key: 'change' | 'ballChange'): Series[] {
  return families.map((family) => {
    const samples = trialsOf(trials, family).map((trial) => ({ width: trial.width, value: trial[key] }));
    return { family, samples, law: fitPowerLaw(samples), from: 0 };
  });
}

export function summarizeKernel(trials: readonly KernelTrial[], target: number): Summary {
  const [linear, nonlinear, bottleneck] = seriesOf(trials, 'change').map(({ law }) => law);
  const ball = seriesOf(trials, 'ballChange').map(({ law }) => law.slope);
  const largestLoss = (family: Family) => Math.max(...trialsOf(trials, family).map(({ loss }) => loss));
  const smallest = (family: Family) => Math.min(...trialsOf(trials, family).map((trial) => trial.smallest));
  return {
    changeSlopeLinear: linear!.slope,
    changeSlopeNonlinear: nonlinear!.slope,
    changeSlopeBottleneck: bottleneck!.slope,
    ballSlopeLinear: ball[0]!,
    ballSlopeNonlinear: ball[1]!,
    ballSlopeBottleneck: ball[2]!,
    errorLinear: linear!.standardError,
    errorNonlinear: nonlinear!.standardError,
    errorBottleneck: bottleneck!.standardError,
    lossLinear: largestLoss('linear'),
    lossNonlinear: largestLoss('nonlinear'),
    lossBottleneck: largestLoss('bottleneck'),
    plLinear: smallest('linear'),
    plNonlinear: smallest('nonlinear'),
    plBottleneck: smallest('bottleneck'),
    unreached: trials.filter(({ loss }) => loss > target).length,
    largestBound: Math.max(...trials.map(({ bound }) => bound)),
  };
}

/** A table of means, and the change against the width. */
export async function reportKernel(
  context: Pick<RunContext<unknown>, 'figure' | 'table'>,
  trials: readonly KernelTrial[],
  target: number,
): Promise<void> {
  const series = seriesOf(trials, 'change');
  const ball = seriesOf(trials, 'ballChange');
  context.table('kernels', {
    title: 'Change of the tangent kernel in training',
    caption:
      `Means over networks; training ends at a loss of ${target}. In the ball: at a fixed distance from the start, in the direction in ` +
      'which the kernel changes fastest. λ_min is the smallest on the way.',
    columns: [
      'networks',
      'width m',
      'number',
      'largest change',
      'in the ball',
      '‖w − w₀‖',
      'λ_min',
      'largest loss',
      'steps',
    ],
    rows: series.flatMap(({ family, samples }) =>
      [...new Set(samples.map(({ width }) => width))].map((width) => {
        const group = trialsOf(trials, family).filter((trial) => trial.width === width);
        return [
          familyTitles[family],
          width,
          group.length,
          mean(group.map(({ change }) => change)).toPrecision(3),
          mean(group.map(({ ballChange }) => ballChange)).toPrecision(3),
          mean(group.map(({ distance }) => distance)).toPrecision(3),
          Math.min(...group.map(({ smallest }) => smallest)).toPrecision(2),
          Math.max(...group.map(({ loss }) => loss)).toPrecision(3),
          Math.round(mean(group.map(({ steps }) => steps))),
        ];
      }),
    ),
  });
  const titled = (what: string, of: readonly Series[]) =>
    `${what}: ${of.map(({ family, law }) => `${familyTitles[family]} ${showSlope(law)}`).join(', ')}`;
  await context.figure(
    'change',
    scalingFigure(
      {
        title: titled('Slopes of the change on the training path', series),
        caption:
          'Largest relative change of the tangent kernel on the way to the target loss, a mark for each network. It vanishes with the width ' +
          'where the output is linear; elsewhere it does not depend on the width.',
        y: 'max ‖K − K₀‖ / ‖K₀‖',
      },
      series,
    ),
  );
  await context.figure(
    'ball',
    scalingFigure(
      {
        title: titled('Slopes of the change in a ball of fixed radius', ball),
        caption:
          'Relative change of the tangent kernel at a fixed distance from the start, in the direction in which the kernel changes fastest. ' +
          'That is what the norm of the Hessian bounds: as 1/√m where the output is linear.',
        y: '‖K − K₀‖ / ‖K₀‖',
      },
      ball,
    ),
  );
}
