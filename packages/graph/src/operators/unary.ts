import { isFloat } from '../dtype.ts';
import { roundTo } from '../ndarray.ts';
import { ShapeError, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { chain } from './chain.ts';

interface Unary {
  readonly name: string;
  /** ONNX operator of the same meaning, or a function that emits several. */
  readonly onnx: string | Operator['emit'];
  readonly value: (x: number) => number;
  /** dy/dx as a tensor, from x and y; left out where it is zero. */
  readonly derivative?: (x: Tensor, y: Tensor) => Tensor;
  readonly simplify?: NonNullable<Operator['simplify']>;
  /** Set for operators that integers may take as well. */
  readonly integers?: boolean;
}

/** An operator on each entry by itself, defined by its value and its derivative. */
export function unary({ name, onnx, value, derivative, simplify, integers = false }: Unary): (x: Tensor) => Tensor {
  const operator: Operator = {
    name,
    type([x]) {
      if (!integers && !isFloat(x!.dtype)) {
        throw new ShapeError(`${name}: takes float32 or float64, not ${x!.dtype}${show(x!.shape)}`);
      }
      return { shape: x!.shape, dtype: x!.dtype };
    },
    evaluate: ([x]) => ({ ...x!, data: x!.data.map((v) => roundTo(x!.dtype, value(v))) }),
    emit: typeof onnx === 'string' ? ([x], _, emitter) => emitter.node(onnx, [x!]) : onnx,
    ...(derivative && {
      vjp: (cotangent, node) => [chain(cotangent, derivative(node.inputs[0]!, node))],
      jvp: ([t], node) => t && chain(t, derivative(node.inputs[0]!, node)),
    }),
    ...(simplify && { simplify }),
  };
  return (x) => apply(operator, [x], {});
}
