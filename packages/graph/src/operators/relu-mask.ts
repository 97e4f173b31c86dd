import { isFloat } from '../dtype.ts';
import { ShapeError, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';

/** The largest float32. */
const STEEP = (2 - 2 ** -23) * 2 ** 127;

const operator: Operator = {
  name: 'reluMask',
  type([y]) {
    if (!isFloat(y!.dtype)) {
      throw new ShapeError(`reluMask: takes float32 or float64, not ${y!.dtype}${show(y!.shape)}`);
    }
    return y!;
  },
  evaluate: ([y], { dtype }) => ({
    ...y!,
    data: y!.data.map((v) => (dtype === 'float32' ? Math.max(0, Math.min(1, Math.fround(v * STEEP))) : Math.sign(v))),
  }),
  // ONNX Runtime computes signs one by one, and comparisons as truth values, which have to be made numbers.
  emit: ([y], { dtype }, emitter) =>
    dtype === 'float32'
      ? emitter.node('HardSigmoid', [y!], { alpha: { float: STEEP }, beta: { float: 0 } })
      : emitter.node('Sign', [y!]),
};

/**
 * 1 where an output of relu is positive and 0 where it is 0, by one operator of ONNX: in float32 min(1, y · 3.4e38). That is less than 1 where
 * y is subnormal, below 2.94e-39: there the derivative of relu climbs from 0 to 1, which its kink allows. NaN stays. It has no derivative.
 */
export const reluMask = (y: Tensor): Tensor => apply(operator, [y], {});
