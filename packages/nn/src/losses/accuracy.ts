import { argMax, cast, equal, greater, mul, reduceMax, reduceMean, type Tensor, where } from '@unbraid/graph';
import { checkLabels, checkSameShape } from './loss.ts';

/**
 * The part of rows that are right, from 0 to 1. With int32 labels or several columns of targets, the largest score must
 * be where the label says, or where the largest target is; with one column, prediction and target must have the same sign.
 */
export function accuracy(prediction: Tensor, target: Tensor): Tensor {
  return reduceMean(cast(rightRows(prediction, target), 'float32'));
}

function rightRows(prediction: Tensor, target: Tensor): Tensor {
  if (target.dtype === 'int32') {
    checkLabels('accuracy', prediction, target);
    return isBest(prediction, target);
  }
  checkSameShape('accuracy', prediction, target);
  if (prediction.shape.at(-1) === 1) return greater(mul(prediction, target), 0);
  return isBest(prediction, argMax(target));
}

/** Whether a row's largest score is at a position; never in a row with a NaN, whose place argMax gives. */
function isBest(scores: Tensor, position: Tensor): Tensor {
  const top = reduceMax(scores, { axes: [-1] });
  return equal(where(equal(top, top), argMax(scores), -1), position);
}
