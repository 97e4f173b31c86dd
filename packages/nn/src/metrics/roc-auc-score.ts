import { checkFiniteValues, InputError, toLabels } from '@unbraid/checks';
import { checkPaired, type MetricOptions, metricSchema, optionsOf, weightsOf } from './metric-options.ts';

/**
 * The area under the receiver operating characteristic: how likely a row of class 1 has a higher score than one of class 0, where a tie counts ½
 * (Fawcett 2006). 0.5 for scores that say nothing, 1 for those that separate the classes.
 * @param truth labels 0 and 1, both of which must occur
 * @param scores higher for class 1: probabilities, logits, or any numbers in that order
 * @throws {InputError} for labels other than 0 and 1, one class alone, and scores that aren't finite
 */
export function rocAucScore(truth: ArrayLike<number>, scores: ArrayLike<number>, options: MetricOptions = {}): number {
  const { weights } = optionsOf('rocAucScore', metricSchema, options);
  checkPaired('rocAucScore', truth, scores);
  const { labels } = toLabels("nn: rocAucScore's truth", truth, { numbered: true });
  checkFiniteValues("nn: rocAucScore's scores", scores, 'look for extreme inputs');
  const counts = weightsOf('rocAucScore', weights, labels.length);
  const stray = labels.findIndex((label) => label > 1);
  if (stray >= 0)
    throw new InputError(
      'data',
      `nn: rocAucScore has the label ${labels[stray]} at row ${stray}; it takes 0 and 1, so score one class against the others`,
    );
  const order = Uint32Array.from(labels, (_, row) => row).sort((a, b) => scores[a]! - scores[b]!);
  let [area, below, positive] = [0, 0, 0];
  for (let at = 0; at < order.length; ) {
    const score = scores[order[at]!]!;
    const tied = [0, 0];
    for (; at < order.length && scores[order[at]!] === score; at++) tied[labels[order[at]!]!]! += counts[order[at]!]!;
    area += tied[1]! * (below + tied[0]! / 2);
    below += tied[0]!;
    positive += tied[1]!;
  }
  if (below > 0 && positive > 0) return area / (below * positive);
  throw new InputError('data', 'nn: rocAucScore needs rows of both classes that count');
}
