/** √(2π) */
const ROOT = Math.sqrt(2 * Math.PI);
const LOG_ROOT = Math.log(ROOT);

/**
 * The probability that a standard normal number is below `x`, to 1e-14 of its own size: near the middle by the series of its integral, in the tails by the continued
 * fraction of Mills' ratio (Abramowitz & Stegun 26.2.11 and 26.2.14).
 */
export function normalCdf(x: number): number {
  if (x > 3) return 1 - normalCdf(-x);
  const density = Math.exp(-0.5 * x * x) / ROOT;
  if (x < -3) {
    let fraction = -x;
    for (let k = 80; k > 0; k--) fraction = -x + k / fraction;
    return density / fraction;
  }
  let [term, sum] = [x, x];
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + density * sum;
}

/** The probability that a standard normal number is between `a` and `b`, a ≤ b, exact in both tails. */
export const normalMass = (a: number, b: number): number =>
  a > 0 ? normalCdf(-a) - normalCdf(-b) : normalCdf(b) - normalCdf(a);

export const logNormalDensity = (x: number): number => -0.5 * x * x - LOG_ROOT;

/** Halvings until an interval of twenty standard deviations is narrower than 1e-13 of one. */
const HALVINGS = 48;

/** The standard normal number between `a` and `b` below which a share of the probability between them lies. */
export function truncatedNormal(share: number, a: number, b: number): number {
  // In the upper tail probabilities are too near 1 to be told apart.
  if (a > 0) return -truncatedNormal(1 - share, -b, -a);
  const wanted = normalCdf(a) + share * normalMass(a, b);
  let [low, high] = [a, b];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < wanted) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
