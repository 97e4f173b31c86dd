import { checkFiniteValues, InputError } from '@unbraid/checks';
import { rocAucScore } from '@unbraid/nn';
import { checkWhole } from '../layers/linear.ts';

/** How well scores tell pairs with an edge from pairs without. */
export interface LinkScores {
  /** How likely a pair with an edge has the higher score, ties counting ½. */
  readonly rocAuc: number;
  /** By k: the part of the pairs with an edge whose score is above that of the k-th best without (Hu et al. 2020, OGB); 1 where there are fewer than k. */
  readonly hits: Readonly<Record<number, number>>;
}

/**
 * Scores of pairs with an edge against those of pairs without.
 * @param ks of hits
 * @throws {InputError} for scores that aren't finite, where there are none of either kind, and for a k that is no whole number of at least 1
 */
export function linkScores(
  positive: ArrayLike<number>,
  negative: ArrayLike<number>,
  ks: readonly number[],
): LinkScores {
  if (positive.length === 0 || negative.length === 0)
    throw new InputError(
      'data',
      `gfgn: linkScores has ${positive.length} pairs with an edge and ${negative.length} without; both are needed`,
    );
  for (const [name, scores] of Object.entries({ positive, negative }))
    checkFiniteValues(`gfgn: linkScores' ${name} scores`, scores, 'lower the learning rate');
  for (const k of ks) checkWhole("linkScores' k", k);
  const scores = Float64Array.from({ length: positive.length + negative.length }, (_, i) =>
    i < positive.length ? positive[i]! : negative[i - positive.length]!,
  );
  const truth = Int32Array.from(scores, (_, i) => Number(i < positive.length));
  const ordered = Float64Array.from(negative).sort().reverse();
  const hits = ks.map((k) => {
    if (k > ordered.length) return [k, 1] as const;
    return [
      k,
      Array.prototype.filter.call(positive, (score) => score > ordered[k - 1]!).length / positive.length,
    ] as const;
  });
  return { rocAuc: rocAucScore(truth, scores), hits: Object.fromEntries(hits) };
}
