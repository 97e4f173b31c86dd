/** e^x for x ≤ 0 in float64, right to 1e-11: 2^k times the Taylor polynomial of degree 9 around 0. src/sparse/exponential.ts is its twin. */
// @ts-ignore: decorator
@inline
export function exponential(x: f64): f64 {
  if (x < -700) return 0;
  const k = floor(x * 1.4426950408889634 + 0.5);
  const r = x - k * 0.6931471805599453;
  const high = 1 + r * (1 / 6.0 * (1 + r * (1 / 7.0 * (1 + r * (1 / 8.0 * (1 + r * (1 / 9.0)))))));
  const low = 1 + r * (1 + r * (0.5 * (1 + r * (1 / 3.0 * (1 + r * (0.25 * (1 + r * (0.2 * high)))))))) ;
  return low * reinterpret<f64>((i64(k) + 1023) << 52);
}
