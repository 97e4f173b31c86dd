/** P(X ≤ x) of a normal X, by Abramowitz and Stegun 7.1.26; the error is below 1.5e-7. */
export function normalCdf(x: number, mean: number, deviation: number): number {
  const z = (x - mean) / (deviation * Math.SQRT2);
  const t = 1 / (1 + 0.3275911 * Math.abs(z));
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const half = (series * Math.exp(-z * z)) / 2;
  return z < 0 ? half : 1 - half;
}
