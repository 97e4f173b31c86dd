import { sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { mul } from './mul.ts';
import { optionsOf } from './options.ts';
import { reduceSum } from './reduce-sum.ts';
import type { ReductionOptions } from './reduction.ts';

/** Mean over axes; over all of them without `axes`. */
export function reduceMean(x: Tensor, options: ReductionOptions = {}): Tensor {
  const sum = reduceSum(x, optionsOf('reduceMean', options, 'axes', 'keepDims'));
  return mul(sum, sizeOf(sum.shape) / sizeOf(x.shape));
}
