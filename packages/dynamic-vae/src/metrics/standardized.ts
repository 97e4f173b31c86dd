/** Numbers with mean 0 and variance 1; all 0 where they do not vary. */
export function standardized(values: Float64Array): Float64Array {
  const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / values.length);
  return values.map((value) => (deviation > 0 ? (value - centre) / deviation : 0));
}
