import { isFloat } from '../dtype.ts';
import { type NdArray, roundTo } from '../ndarray.ts';
import type { Emitter } from '../onnx/emitter.ts';
import { normalizeAxis, ShapeError, show, sizeOf, stridesOf } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';

export interface AxisAttributes {
  readonly [name: string]: number;
  readonly axis: number;
}

interface AlongAxis extends Pick<Operator<AxisAttributes>, 'vjp' | 'jvp'> {
  readonly name: string;
  readonly emit: (x: string, node: Tensor<AxisAttributes>, emitter: Emitter) => string;
  /** New values of the entries of one line along the axis. */
  readonly line: (x: Float64Array) => Float64Array;
}

/** An operator that maps every line along one axis to a line of the same length. */
export function alongAxis({ name, emit, line, ...rules }: AlongAxis): (x: Tensor, axis?: number) => Tensor {
  const operator: Operator<AxisAttributes> = {
    name,
    type([x]) {
      if (!isFloat(x!.dtype))
        throw new ShapeError(`${name}: takes float32 or float64, not ${x!.dtype}${show(x!.shape)}`);
      return x!;
    },
    evaluate: ([x], { attributes: { axis } }) => mapLines(x!, axis, line),
    emit: ([x], node, emitter) => emit(x!, node, emitter),
    ...rules,
  };
  return (x, axis = -1) => apply(operator, [x], { axis: normalizeAxis(name, axis, x.shape) });
}

/** An array of whose lines along an axis each is replaced by what `line` makes of it. */
export function mapLines(x: NdArray, axis: number, line: (x: Float64Array) => Float64Array): NdArray {
  const length = x.shape[axis]!;
  const stride = stridesOf(x.shape)[axis]!;
  const data = new Float64Array(sizeOf(x.shape));
  for (let i = 0; i < data.length; i++) {
    if (Math.floor(i / stride) % length !== 0) continue;
    const mapped = line(Float64Array.from({ length }, (_, k) => x.data[i + k * stride]!));
    mapped.forEach((v, k) => {
      data[i + k * stride] = roundTo(x.dtype, v);
    });
  }
  return { ...x, data };
}
