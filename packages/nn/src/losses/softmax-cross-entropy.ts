import { logSoftmax, mul, neg, pick, reduceSum, type Tensor } from '@unbraid/graph';
import { checkLabels, weightedMean } from './loss.ts';

/**
 * The mean over rows of −log softmax(logits)[label]: logits `[rows, classes]`, labels int32 `[rows]` in 0 … classes − 1. A logit may be −∞
 * (a class that is left out); the loss is infinite where that is the label's.
 * @param weights of the rows: Σ w·loss / Σ w, as PyTorch's `cross_entropy` does with weights of classes
 */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor, weights?: Tensor): Tensor {
  checkLabels('softmaxCrossEntropy', logits, labels);
  const picked = pick(logSoftmax(logits), labels);
  if (weights !== undefined) return weightedMean(neg(picked), weights);
  return mul(reduceSum(picked), -1 / labels.shape[0]!);
}
