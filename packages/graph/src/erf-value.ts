const TERMS = 120;

/**
 * erf in double precision, to about 2e-15 relative: the Maclaurin series with positive terms,
 * erf x = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (2n+1)!!, below 6; beyond that erf is 1 to the last bit but one.
 */
export function erfValue(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(a)) return Number.NaN;
  if (a >= 6) return Math.sign(x);
  let term = a;
  let sum = a;
  for (let n = 1; n < TERMS && term > sum * 1e-17; n++) {
    term *= (2 * a * a) / (2 * n + 1);
    sum += term;
  }
  return (Math.sign(x) * 2 * Math.exp(-a * a) * sum) / Math.sqrt(Math.PI);
}
