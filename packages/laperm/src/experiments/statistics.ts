/** The arithmetic mean. */
export const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;

/** The standard deviation of which `values` are a sample; 0 for one value. */
export function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, v) => sum + (v - centre) ** 2, 0) / (values.length - 1));
}

/** An image of 10,000 is a hundredth of a percent; further digits are noise. */
export const hundredths = (value: number): number => Math.round(100 * value) / 100;
