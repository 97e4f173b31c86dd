/** The arithmetic mean; NaN of nothing. */
export const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** The standard deviation of which `values` are a sample; 0 for one value, NaN of nothing. */
export function deviation(values: readonly number[]): number {
  if (values.length < 2) return values.length === 0 ? Number.NaN : 0;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, v) => sum + (v - centre) ** 2, 0) / (values.length - 1));
}

/** Two digits behind the point: further ones are noise. */
export const hundredths = (value: number): number => Math.round(100 * value) / 100;
