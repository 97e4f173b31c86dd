import { ShapeError, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { type BinaryFunction, binary } from './binary.ts';

/** An operator on two booleans. */
function logical(
  name: string,
  onnx: string,
  value: (a: number, b: number) => number,
): (a: Tensor, b: Tensor) => Tensor {
  const onNumbers: BinaryFunction = binary({ name, onnx, value, result: 'bool' });
  return (a, b) => {
    for (const x of [a, b]) checkBool(name, x);
    return onNumbers(a, b);
  };
}

/** @throws {ShapeError} for a tensor of numbers */
function checkBool(name: string, x: Tensor): void {
  if (x.dtype !== 'bool') throw new ShapeError(`${name}: takes bool, not ${x.dtype}${show(x.shape)}`);
}

/** Whether both hold, with NumPy's broadcasting. */
export const logicalAnd = logical('logicalAnd', 'And', (a, b) => Number(a !== 0 && b !== 0));
/** Whether one or both hold, with NumPy's broadcasting. */
export const logicalOr = logical('logicalOr', 'Or', (a, b) => Number(a !== 0 || b !== 0));
/** Whether one of two holds and the other doesn't, with NumPy's broadcasting. */
export const logicalXor = logical('logicalXor', 'Xor', (a, b) => Number((a !== 0) !== (b !== 0)));

const not: Operator = {
  name: 'logicalNot',
  type([x]) {
    checkBool('logicalNot', x!);
    return x!;
  },
  evaluate: ([x]) => ({ ...x!, data: x!.data.map((v) => Number(v === 0)) }),
  emit: ([x], _, emitter) => emitter.node('Not', [x!]),
};

/** Whether it doesn't hold. */
export const logicalNot = (x: Tensor): Tensor => apply(not, [x], {});
