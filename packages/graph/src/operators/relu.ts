import { isFloat } from '../dtype.ts';
import { ShapeError, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { cast } from './cast.ts';
import { greater } from './greater.ts';
import { mul } from './mul.ts';

/** 1 where the result is positive, else 0. ONNX Runtime multiplies several times faster than it chooses by Where (docs/decisions/009-convolution-gradients.md). */
const active = (y: Tensor): Tensor => cast(greater(y, 0), y.dtype);

const operator: Operator = {
  name: 'relu',
  type([x]) {
    if (!isFloat(x!.dtype)) throw new ShapeError(`relu: takes float32 or float64, not ${x!.dtype}${show(x!.shape)}`);
    return x!;
  },
  evaluate: ([x]) => ({ ...x!, data: x!.data.map((v) => Math.max(v, 0)) }),
  // The output decides where the derivative is 1, not the input: then the input has no second reader and
  // ONNX Runtime fuses the relu into the product before it.
  vjp: (cotangent, y) => [mul(cotangent, active(y))],
  jvp: ([t], y) => t && mul(t, active(y)),
  emit: ([x], _, emitter) => emitter.node('Relu', [x!]),
  recomputed: true,
};

/** max(0, x); the derivative at 0 is taken to be 0. */
export const relu = (x: Tensor): Tensor => apply(operator, [x], {});
