import { type DType, isFloat } from '../dtype.ts';
import { broadcastReader, build } from '../ndarray.ts';
import type { Emitter } from '../onnx/emitter.ts';
import { broadcastShapes, ShapeError, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { add } from './add.ts';
import { broadcastTo } from './broadcast-to.ts';
import { lift } from './constant.ts';
import { sumTo } from './sum-to.ts';

interface Binary {
  readonly name: string;
  /** ONNX operator of the same meaning, or a function that emits several. */
  readonly onnx: string | ((inputs: readonly string[], dtype: DType, emitter: Emitter) => string);
  readonly value: (a: number, b: number) => number;
  /** Contribution of a tangent (or cotangent) `t` through the first and the second operand. */
  readonly partials?: readonly [
    (t: Tensor, a: Tensor, b: Tensor, y: Tensor) => Tensor,
    (t: Tensor, a: Tensor, b: Tensor, y: Tensor) => Tensor,
  ];
  readonly simplify?: NonNullable<Operator['simplify']>;
  /** Set for operators of float tensors alone. */
  readonly floats?: boolean;
  /** Element type of the result; by default that of the operands. */
  readonly result?: DType;
}

/** Operands of a binary operator: at least one is a tensor, a number takes its element type. */
export type BinaryFunction = {
  (a: Tensor, b: Tensor | number): Tensor;
  (a: number, b: Tensor): Tensor;
};

/** An operator on pairs of entries, with NumPy's broadcasting. */
export function binary({ name, onnx, value, partials, simplify, result, floats }: Binary): BinaryFunction {
  const operator: Operator = {
    name,
    type([a, b]) {
      checkSameType(name, a!, b!);
      if (floats && !isFloat(a!.dtype)) {
        throw new ShapeError(`${name}: takes float32 or float64, not ${a!.dtype}${show(a!.shape)}`);
      }
      return { shape: broadcastShapes(name, a!.shape, b!.shape), dtype: result ?? a!.dtype };
    },
    evaluate([a, b], { shape, dtype }) {
      const readA = broadcastReader(a!);
      const readB = broadcastReader(b!);
      return build(shape, dtype, (_, index) => value(readA(index), readB(index)));
    },
    broadcasts: true,
    emit: (inputs, { inputs: [a] }, emitter) =>
      typeof onnx === 'string' ? emitter.node(onnx, inputs) : onnx(inputs, a!.dtype, emitter),
    ...(partials && {
      vjp(cotangent, node) {
        const [a, b] = node.inputs as [Tensor, Tensor];
        return [sumTo(partials[0](cotangent, a, b, node), a.shape), sumTo(partials[1](cotangent, a, b, node), b.shape)];
      },
      jvp([ta, tb], node) {
        const [a, b] = node.inputs as [Tensor, Tensor];
        const left = ta && partials[0](ta, a, b, node);
        const right = tb && partials[1](tb, a, b, node);
        if (left && right) return add(left, right);
        return broadcastTo((left ?? right)!, node.shape);
      },
    }),
    ...(simplify && { simplify }),
  };
  return (a: Tensor | number, b: Tensor | number) => {
    const like = (typeof a === 'number' ? b : a) as Tensor;
    return apply(operator, [lift(a, like), lift(b, like)], {});
  };
}

/** @throws {ShapeError} when two operands differ in element type */
export function checkSameType(name: string, a: Tensor, b: Tensor): void {
  if (a.dtype !== b.dtype) {
    throw new ShapeError(`${name}: element types differ: ${a.dtype}${show(a.shape)} and ${b.dtype}${show(b.shape)}`);
  }
}
