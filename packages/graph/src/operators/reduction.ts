import type { DType } from '../dtype.ts';
import { flatIndex, type NdArray, roundTo } from '../ndarray.ts';
import { normalizeAxes, type Shape, ShapeError, show, sizeOf } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { reshape } from './reshape.ts';

export interface ReductionAttributes {
  readonly [name: string]: Shape | boolean;
  readonly axes: Shape;
  readonly keepDims: boolean;
}

export interface ReductionOptions {
  /** Axes to reduce, negative ones from the end; all of them by default. */
  readonly axes?: readonly number[];
  /** Keep the reduced axes with size 1. */
  readonly keepDims?: boolean;
}

interface Reduction extends Pick<Operator<ReductionAttributes>, 'vjp' | 'jvp' | 'simplify'> {
  readonly name: string;
  readonly onnx: string;
  readonly start: number;
  readonly step: (accumulated: number, x: number) => number;
}

/** An operator that folds axes away. */
export function reduction({ name, onnx, start, step, simplify, ...rules }: Reduction) {
  const operator: Operator<ReductionAttributes> = {
    name,
    type([x], { axes, keepDims }) {
      if (!Number.isFinite(start) && axes.some((axis) => x!.shape[axis] === 0)) {
        throw new ShapeError(`${name}: ${show(x!.shape)} has no entries to choose from`);
      }
      return { shape: keepDims ? keptShape(x!.shape, axes) : droppedShape(x!.shape, axes), dtype: x!.dtype };
    },
    evaluate: ([x], { shape, dtype, attributes: { axes } }) => fold(x!, axes, shape, dtype, start, step),
    emit([x], { attributes: { axes, keepDims } }, emitter) {
      if (axes.length === 0) return emitter.node('Identity', [x!]);
      return emitter.node(onnx, [x!, emitter.int64s(axes)], { keepdims: Number(keepDims) });
    },
    simplify(node) {
      const { axes } = node.attributes;
      const [x] = node.inputs;
      return axes.every((axis) => x!.shape[axis] === 1) ? reshape(x!, node.shape) : simplify?.(node);
    },
    ...rules,
  };
  return (x: Tensor, { axes, keepDims = false }: ReductionOptions = {}): Tensor =>
    apply(operator, [x], { axes: normalizeAxes(name, axes, x.shape), keepDims });
}

export const keptShape = (shape: Shape, axes: Shape): Shape => shape.map((d, axis) => (axes.includes(axis) ? 1 : d));

const droppedShape = (shape: Shape, axes: Shape): Shape => shape.filter((_, axis) => !axes.includes(axis));

function fold(
  x: NdArray,
  axes: Shape,
  shape: Shape,
  dtype: DType,
  start: number,
  step: (accumulated: number, x: number) => number,
): NdArray {
  const kept = keptShape(x.shape, axes);
  const data = new Float64Array(sizeOf(shape)).fill(start);
  const index = new Array<number>(x.shape.length).fill(0);
  for (let i = 0; i < x.data.length; i++) {
    const at = flatIndex(
      kept,
      index.map((p, axis) => (kept[axis] === 1 ? 0 : p)),
    );
    data[at] = step(data[at]!, x.data[i]!);
    for (let axis = index.length - 1; axis >= 0; axis--) {
      if (++index[axis]! < x.shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return { shape, dtype, data: data.map((v) => roundTo(dtype, v)) };
}
