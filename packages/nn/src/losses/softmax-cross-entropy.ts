import { logSoftmax, mul, oneHot, reduceSum, type Tensor } from '@unbraid/graph';
import { checkLabels } from './loss.ts';

/** The mean over rows of −log softmax(logits)[label]: logits `[rows, classes]`, labels int32 `[rows]` in 0 … classes − 1. */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor): Tensor {
  checkLabels('softmaxCrossEntropy', logits, labels);
  const [rows, classes] = logits.shape as readonly [number, number];
  return mul(reduceSum(mul(oneHot(labels, classes, logits.dtype), logSoftmax(logits))), -1 / rows);
}
