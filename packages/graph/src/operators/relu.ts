import { isFloat } from '../dtype.ts';
import { ShapeError, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { chosen } from './chain.ts';
import { greater } from './greater.ts';
import { unbounded } from './known.ts';
import { mul } from './mul.ts';
import { reluMask } from './relu-mask.ts';

const operator: Operator = {
  name: 'relu',
  type([x]) {
    if (!isFloat(x!.dtype)) throw new ShapeError(`relu: takes float32 or float64, not ${x!.dtype}${show(x!.shape)}`);
    return x!;
  },
  evaluate: ([x]) => ({ ...x!, data: x!.data.map((v) => Math.max(v, 0)) }),
  vjp: (cotangent, y) => [passed(cotangent, y)],
  jvp: ([t], y) => t && passed(t, y),
  emit: ([x], _, emitter) => emitter.node('Relu', [x!]),
  recomputed: true,
};

/**
 * What of `t` passes. The output decides where, not the input: then the input has no second reader and ONNX Runtime fuses the relu into the
 * product before it.
 */
const passed = (t: Tensor, y: Tensor): Tensor => (unbounded(t) ? chosen(t, greater(y, 0)) : mul(t, reluMask(y)));

/** max(0, x); the derivative at 0 is taken to be 0. */
export const relu = (x: Tensor): Tensor => apply(operator, [x], {});
