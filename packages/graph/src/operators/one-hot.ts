import type { DType } from '../dtype.ts';
import { ShapeError } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { cast } from './cast.ts';
import { constant } from './constant.ts';
import { equal } from './equal.ts';
import { checkIndices } from './gather.ts';
import { reshape } from './reshape.ts';

/** A new last axis of size `depth` that is 1 at the position given by the index and 0 elsewhere (everywhere, for an index out of range). */
export function oneHot(indices: Tensor, depth: number, dtype: DType = 'float32'): Tensor {
  checkIndices('oneHot', indices);
  if (!Number.isInteger(depth) || depth < 1)
    throw new ShapeError(`oneHot: depth is ${depth}; a whole number of at least 1 is needed`);
  const positions = constant([...new Array(depth).keys()], [depth], indices.dtype);
  return cast(equal(reshape(indices, [...indices.shape, 1]), positions), dtype);
}
