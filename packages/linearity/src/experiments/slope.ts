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
 * The straight line of least squares through the mean logarithm at each width, all widths counting the same; the scatter of logarithms
 * is taken to be equal at all widths.
 * @throws {RangeError} for fewer than two widths
 */
export function fitPowerLaw(samples: readonly Sample[]): PowerLaw {
  const groups = groupsOf(samples);
  if (groups.length < 2) throw new RangeError(`linearity: a slope needs two widths, there are ${groups.length}`);
  const x0 = mean(groups.map(({ x }) => x));
  const y0 = mean(groups.map(({ y }) => y));
  const spread = groups.reduce((sum, { x }) => sum + (x - x0) ** 2, 0);
  const weights = groups.map(({ x }) => (x - x0) / spread);
  const slope = groups.reduce((sum, { y }, i) => sum + weights[i]! * y, 0);
  const freedom = samples.length - groups.length;
  const variance = groups.reduce((sum, { squares }) => sum + squares, 0) / freedom;
  const standardError = Math.sqrt(groups.reduce((sum, { count }, i) => sum + weights[i]! ** 2 / count, 0) * variance);
  return { slope, standardError, scale: Math.exp(y0 - slope * x0) };
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
