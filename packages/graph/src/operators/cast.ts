import { type DType, isFloat, onnxTypeOf } from '../dtype.ts';
import { roundTo } from '../ndarray.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';

interface CastAttributes {
  readonly [name: string]: DType;
  readonly to: DType;
}

const operator: Operator<CastAttributes> = {
  name: 'cast',
  type: ([x], { to }) => ({ shape: x!.shape, dtype: to }),
  evaluate: ([x], { dtype }) => ({ shape: x!.shape, dtype, data: x!.data.map((v) => roundTo(dtype, v)) }),
  vjp: (cotangent, { inputs: [x] }) => [isFloat(x!.dtype) ? cast(cotangent, x!.dtype) : undefined],
  jvp: ([t], { dtype }) => (t && isFloat(dtype) ? cast(t, dtype) : undefined),
  emit: ([x], { dtype }, emitter) => emitter.node('Cast', [x!], { to: onnxTypeOf(dtype) }),
  simplify: ({ inputs: [x], dtype }) => (x!.dtype === dtype ? x : undefined),
};

/** The same numbers in another element type; real numbers become integers by rounding towards zero. */
export const cast = (x: Tensor, to: DType): Tensor => apply(operator, [x], { to });
