/**
 * The exponential moving average of a curve, without the bias of its beginning: each mean is divided by the sum of its weights, as
 * Adam does (Kingma and Ba 2015, Section 3). `weight` between 0 (nothing changes) and 1 is what each point keeps of those before it.
 * What isn't finite stays as it is and has no part in what follows.
 */
export function smooth(y: readonly number[], weight: number): number[] {
  if (weight <= 0) return [...y];
  let mean = 0;
  let weights = 0;
  return y.map((value) => {
    if (!Number.isFinite(value)) return value;
    mean = weight * mean + (1 - weight) * value;
    weights = weight * weights + (1 - weight);
    return mean / weights;
  });
}
