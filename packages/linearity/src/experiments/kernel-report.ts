import type { RunContext, Summary } from '@unbraid/experiment';
import { type Family, families, familyTitles } from './families.ts';
import { type Series, scalingFigure, showSlope } from './scaling-figure.ts';
import { fitPowerLaw, mean } from './slope.ts';

/** A network, trained. */
export interface KernelTrial {
  readonly family: Family;
  /** m */
  readonly width: number;
  readonly network: number;
  /** Largest ‖K(w_t) − K(w₀)‖_F / ‖K(w₀)‖_F. */
  readonly change: number;
  /** What rounding adds to it at most. */
  readonly bound: number;
  /** Smallest λ_min of the kernel on the way. */
  readonly smallest: number;
  /** At the end. */
  readonly loss: number;
  readonly steps: number;
}

const trialsOf = (trials: readonly KernelTrial[], family: Family) => trials.filter((trial) => trial.family === family);

function seriesOf(trials: readonly KernelTrial[]): Series[] {
  return families.map((family) => {
    const samples = trialsOf(trials, family).map(({ width, change }) => ({ width, value: change }));
    return { family, samples, law: fitPowerLaw(samples), from: 0 };
  });
}

export function summarizeKernel(trials: readonly KernelTrial[], target: number): Summary {
  const [linear, nonlinear, bottleneck] = seriesOf(trials).map(({ law }) => law);
  const largestLoss = (family: Family) => Math.max(...trialsOf(trials, family).map(({ loss }) => loss));
  const smallest = (family: Family) => Math.min(...trialsOf(trials, family).map((trial) => trial.smallest));
  return {
    changeSlopeLinear: linear!.slope,
    changeSlopeNonlinear: nonlinear!.slope,
    changeSlopeBottleneck: bottleneck!.slope,
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
  const series = seriesOf(trials);
  context.table('kernels', {
    title: 'Change of the tangent kernel in training',
    caption: `Means over networks; training ends at a loss of ${target}. λ_min is the smallest on the way.`,
    columns: ['networks', 'width m', 'number', 'largest change', 'λ_min', 'largest loss', 'steps'],
    rows: series.flatMap(({ family, samples }) =>
      [...new Set(samples.map(({ width }) => width))].map((width) => {
        const group = trialsOf(trials, family).filter((trial) => trial.width === width);
        return [
          familyTitles[family],
          width,
          group.length,
          mean(group.map(({ change }) => change)).toPrecision(3),
          Math.min(...group.map(({ smallest }) => smallest)).toPrecision(2),
          Math.max(...group.map(({ loss }) => loss)).toPrecision(3),
          Math.round(mean(group.map(({ steps }) => steps))),
        ];
      }),
    ),
  });
  const slopes = series.map(({ family, law }) => `${familyTitles[family]} ${showSlope(law)}`).join(', ');
  await context.figure(
    'change',
    scalingFigure(
      {
        title: `Slopes of the kernel's change: ${slopes}`,
        caption:
          'Largest relative change of the tangent kernel on the way to the target loss, a mark for each network. It vanishes with the width ' +
          'where the output is linear; elsewhere it does not depend on the width.',
        y: 'max ‖K − K₀‖ / ‖K₀‖',
      },
      series,
    ),
  );
}
