import { isFloat } from '../dtype.ts';
import { ShapeError, show } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { type BinaryFunction, binary } from './binary.ts';

/** An operator on the bits of two whole numbers. Of signed ones the sign is repeated without end, as in two's complement. */
function bitwise(
  name: string,
  onnx: string,
  value: (a: bigint, b: bigint) => bigint,
): (a: Tensor, b: Tensor) => Tensor {
  const onNumbers: BinaryFunction = binary({
    name,
    onnx,
    value: (a, b) => Number(value(BigInt(a), BigInt(b))),
  });
  return (a, b) => {
    if (isFloat(a.dtype) || a.dtype === 'bool') {
      throw new ShapeError(`${name}: takes int32, int64 or uint32, not ${a.dtype}${show(a.shape)}`);
    }
    return onNumbers(a, b);
  };
}

/** The bits that both have, with NumPy's broadcasting. */
export const bitwiseAnd = bitwise('bitwiseAnd', 'BitwiseAnd', (a, b) => a & b);
/** The bits that one or both have, with NumPy's broadcasting. */
export const bitwiseOr = bitwise('bitwiseOr', 'BitwiseOr', (a, b) => a | b);
/** The bits that one of two has and the other hasn't, with NumPy's broadcasting. */
export const bitwiseXor = bitwise('bitwiseXor', 'BitwiseXor', (a, b) => a ^ b);
