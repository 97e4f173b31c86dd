import { InputError } from '@unbraid/checks';
/** A measurement at a width; both are positive. */
export interface Sample {
  readonly width: number;
  readonly value: number;
}

/** value ≈ scale · width^slope. */
export interface PowerLaw {
  readonly slope: number;
  /** Of the slope, from the scatter of samples at the same width; NaN where no width has two. */
  readonly standardError: number;
  readonly scale: number;
}

/**
 * The straight line of least squares through the logarithms, all samples counting the same; their scatter is taken to be equal at all
 * widths.
 * @throws {RangeError} for fewer than two widths
 */
export function fitPowerLaw(samples: readonly Sample[]): PowerLaw {
  const groups = groupsOf(samples);
  if (groups.length < 2)
    throw new InputError('data', `linearity: a slope needs two widths, there are ${groups.length}`);
  const [x0, y0] = [
    mean(samples.map(({ width }) => Math.log(width))),
    mean(samples.map(({ value }) => Math.log(value))),
  ];
  const spread = groups.reduce((sum, { x, count }) => sum + count * (x - x0) ** 2, 0);
  const slope = groups.reduce((sum, { x, y, count }) => sum + count * (x - x0) * y, 0) / spread;
  const variance = groups.reduce((sum, { squares }) => sum + squares, 0) / (samples.length - groups.length);
  return { slope, standardError: Math.sqrt(variance / spread), scale: Math.exp(y0 - slope * x0) };
}

interface Group {
  /** log width */
  readonly x: number;
  /** Mean log value. */
  readonly y: number;
  readonly count: number;
  /** Sum of squared deviations from the mean. */
  readonly squares: number;
}

function groupsOf(samples: readonly Sample[]): Group[] {
  const widths = [...new Set(samples.map(({ width }) => width))];
  return widths.map((width) => {
    const logs = samples.filter((sample) => sample.width === width).map(({ value }) => Math.log(value));
    const y = mean(logs);
    return {
      x: Math.log(width),
      y,
      count: logs.length,
      squares: logs.reduce((sum, log) => sum + (log - y) ** 2, 0),
    };
  });
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
