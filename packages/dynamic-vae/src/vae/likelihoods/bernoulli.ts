import { mul, reduceSum, sigmoid, softplus, sub, type Tensor } from '@unbraid/graph';
import type { Likelihood } from './likelihood.ts';

/** log(1 + e^l) − x · l, entry by entry: −log p of a Bernoulli likelihood with the logit l, finite for any. */
export const bernoulliEntries = (logits: Tensor, x: Tensor): Tensor => sub(softplus(logits), mul(x, logits));

/** Rows in [0, 1] of independent Bernoulli entries; the decoder gives logits. */
export function bernoulli(cols: number): Likelihood {
  return {
    settings: { name: 'bernoulli' },
    outputs: cols,
    params: {},
    loss: (_, outputs, x) => mul(reduceSum(bernoulliEntries(outputs, x)), 1 / x.shape[0]!),
    perRow: (_, outputs, x) => reduceSum(bernoulliEntries(outputs, x), { axes: [1] }),
    mean: sigmoid,
  };
}
