/**
 * Φ(x), the probability that a standard normal variable is below x, to 1e-9 or better: the series
 * Φ(x) = ½ + φ(x) (x + x³/3 + x⁵/15 + …) (Abramowitz and Stegun, 26.2.11) near 0, the continued fraction of the tail
 * (26.2.14) beyond.
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return x;
  const size = Math.abs(x);
  if (size > 38) return x > 0 ? 1 : 0;
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (size < 3) {
    let term = x;
    let sum = x;
    for (let k = 3; Math.abs(term) > 1e-12; k += 2) {
      term *= (x * x) / k;
      sum += term;
    }
    return 0.5 + density * sum;
  }
  let fraction = size;
  for (let k = 24; k > 0; k--) fraction = size + k / fraction;
  const tail = density / fraction;
  return x > 0 ? 1 - tail : tail;
}
