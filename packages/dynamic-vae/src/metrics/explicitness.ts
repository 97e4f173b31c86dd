/** Losses of probes of growing capacity on data that they did not learn from. */
export interface LossCapacityCurve {
  /** κ_1 < κ_2 < …, two or more. */
  readonly capacities: ArrayLike<number>;
  /** ℓ of each, 0 at best. */
  readonly losses: ArrayLike<number>;
  /** ℓ_b: what is lost without looking at the code; above 0. */
  readonly baseline: number;
}

/**
 * Explicitness (Eastwood et al. 2023, DCI-ES, arXiv 2210.00364, definition 4.2) of one factor:
 *
 *     E = 1 − AULCC / (½ (κ_T − κ_1) ℓ_b),   AULCC = Σ_t ½ ((ℓ_{t−1} − ℓ_T) + (ℓ_t − ℓ_T)) (κ_t − κ_{t−1})
 *
 * where ℓ_t is the least loss up to capacity t, and the least loss there could be is taken as 0, as in the authors' experiments. 1 where the
 * weakest probe already finds all that the strongest does, 0 where the loss falls from ℓ_b to 0 in a line, below 0 where only the strongest
 * probes find anything; in [−1, 1].
 */
export function explicitness({ capacities, losses, baseline }: LossCapacityCurve): number {
  const least: number[] = [];
  for (let t = 0; t < losses.length; t++) least.push(Math.min(least.at(-1) ?? baseline, losses[t]!));
  const last = least.at(-1)!;
  let area = 0;
  for (let t = 1; t < least.length; t++) {
    area += ((least[t - 1]! + least[t]!) / 2 - last) * (capacities[t]! - capacities[t - 1]!);
  }
  return 1 - (2 * area) / ((capacities[capacities.length - 1]! - capacities[0]!) * baseline);
}
