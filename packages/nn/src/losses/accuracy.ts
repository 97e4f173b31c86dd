import { argMax, cast, equal, greater, mul, reduceMean, type Tensor } from '@unbraid/graph';
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
    return equal(argMax(prediction), target);
  }
  checkSameShape('accuracy', prediction, target);
  if (prediction.shape.at(-1) === 1) return greater(mul(prediction, target), 0);
  return equal(argMax(prediction), argMax(target));
}
