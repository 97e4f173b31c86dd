import { reshape } from '../operators/reshape.ts';
import { slice } from '../operators/slice.ts';
import { type Shape, ShapeError, show, sizeOf } from '../shape.ts';
import { apply, type Tensor } from '../tensor.ts';
import type { HostedOperator } from './host-form.ts';
import { operatorOf } from './host-operator.ts';

/** Operators by offset and shape, so that equal parts of one tensor are one tensor. */
const known = new Map<string, HostedOperator>();

/**
 * A run of a tensor's elements as a tensor of its own: `sizeOf(shape)` of them from element `offset` on, in row-major order. Where the tensor
 * comes from a host operator nothing is copied, which is how such an operator has several results.
 * @throws {ShapeError} when the run goes past the end
 */
export function part(x: Tensor, offset: number, shape: Shape): Tensor {
  const key = `${offset}|${shape.join()}`;
  const operator = known.get(key) ?? make(offset, shape);
  known.set(key, operator);
  return apply(operator, [x], {});
}

function make(offset: number, shape: Shape): HostedOperator {
  const size = sizeOf(shape);
  return operatorOf(
    {
      name: 'part',
      type([x]) {
        if (!(Number.isInteger(offset) && offset >= 0 && offset + size <= sizeOf(x!.shape))) {
          throw new ShapeError(
            `part: ${show(shape)} from element ${offset} on is not in ${show(x!.shape)}, which has ${sizeOf(x!.shape)}`,
          );
        }
        return { shape, dtype: x!.dtype };
      },
      meaning: ([x]) => reshape(slice(reshape(x!, [sizeOf(x!.shape)]), [offset], [offset + size]), shape),
    },
    { offset },
  );
}
