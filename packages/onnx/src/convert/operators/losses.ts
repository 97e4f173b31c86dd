import {
  cast,
  constant,
  div,
  equal,
  gather,
  logSoftmax,
  mul,
  neg,
  pick,
  reduceMean,
  reduceSum,
  type Tensor,
  transpose,
  where,
} from '@unbraid/graph';
import type { Converters, NodeContext } from '../converter.ts';

/** −log p of each label, weighted and folded as `reduction` says: of log p [rows, classes, …] and labels [rows, …]. */
function likelihood(node: NodeContext, logs: Tensor, labels: Tensor, weights: Tensor | undefined): Tensor {
  const rank = logs.shape.length;
  const ignored = node.attributes.has('ignore_index') ? node.attributes.integer('ignore_index', 0) : undefined;
  const counts = ignored === undefined ? undefined : equal(labels, ignored);
  const at = counts ? where(counts, constant(0, [], labels.dtype), labels) : labels;
  const classesLast = transpose(logs, [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1]);
  const each = neg(pick(classesLast, at));
  const ofClass = weights ? gather(weights, at, 0) : constant(1, [], logs.dtype);
  const weight = counts ? where(counts, constant(0, [], logs.dtype), ofClass) : ofClass;
  const loss = weights || counts ? mul(where(equal(weight, 0), 0, each), weight) : each;
  const reduction = node.attributes.text('reduction', 'mean');
  switch (reduction) {
    case 'none':
      return loss;
    case 'sum':
      return reduceSum(loss);
    case 'mean':
      if (!weights && !counts) return reduceMean(loss);
      return div(reduceSum(loss), reduceSum(weight));
    default:
      return node.fail(`its reduction is ${reduction}; none, sum and mean are known`);
  }
}

function convertSoftmaxCrossEntropyLoss(node: NodeContext): readonly (Tensor | undefined)[] {
  const logs = logSoftmax(node.input(0), 1);
  return [likelihood(node, logs, wholeNumbers(node.input(1)), node.inputs[2]), logs];
}

const wholeNumbers = (labels: Tensor): Tensor => cast(labels, 'int64');

/** Losses that a file computes. */
export const losses: Converters = {
  SoftmaxCrossEntropyLoss: convertSoftmaxCrossEntropyLoss,
  NegativeLogLikelihoodLoss: (node) => [likelihood(node, node.input(0), wholeNumbers(node.input(1)), node.inputs[2])],
};
