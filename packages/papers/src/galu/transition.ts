/** The share of trials that succeeded at one ratio c. */
export interface SuccessRate {
  readonly c: number;
  readonly rate: number;
}

/**
 * The c at which success crosses one half, interpolated between neighbours; the first point's c where it succeeds from the start,
 * infinite where it never does.
 */
export function transition(points: readonly SuccessRate[]): number {
  const sorted = points.toSorted((p, q) => p.c - q.c);
  const above = sorted.findIndex(({ rate }) => rate >= 0.5);
  if (above < 0) return Number.POSITIVE_INFINITY;
  const [low, high] = [sorted[above - 1], sorted[above]!];
  if (!low) return high.c;
  return low.c + ((0.5 - low.rate) / (high.rate - low.rate)) * (high.c - low.c);
}
