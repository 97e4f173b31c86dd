/**
 * A number that tells one order of the same values from another: the mean of values[i] · (i mod 9973), in float64. Sides in
 * Python compute it too.
 */
export function digestOf(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * (i % 9973);
  return sum / values.length;
}
