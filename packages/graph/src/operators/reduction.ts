import { type DType, isFloat } from '../dtype.ts';
import { build, flatIndex, type NdArray, roundTo } from '../ndarray.ts';
import type { Emitter } from '../onnx/emitter.ts';
import { normalizeAxes, type Shape, ShapeError, show, sizeOf } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { optionsOf } from './options.ts';
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
  /** The value of one set of entries that are reduced together. */
  readonly value: (entries: Float64Array) => number;
  /** Writes the ONNX form; there is at least one axis where the operator keeps one entry. */
  readonly emit: (x: string, node: Tensor<ReductionAttributes>, emitter: Emitter) => string;
  /** Whether the value of a single entry is that entry. */
  readonly keepsOne: boolean;
  /** Set where there must be an entry. */
  readonly needsEntries?: boolean;
  /** Set for operators of float tensors alone. */
  readonly floats?: boolean;
}

/** An operator that folds axes away. */
export function reduction({ name, value, emit, keepsOne, needsEntries, floats, simplify, ...rules }: Reduction) {
  const operator: Operator<ReductionAttributes> = {
    name,
    type([x], { axes, keepDims }) {
      if (needsEntries && axes.some((axis) => x!.shape[axis] === 0)) {
        throw new ShapeError(`${name}: ${show(x!.shape)} has no entries to choose from`);
      }
      if (floats && !isFloat(x!.dtype)) {
        throw new ShapeError(`${name}: takes float32 or float64, not ${x!.dtype}${show(x!.shape)}`);
      }
      return { shape: keepDims ? keptShape(x!.shape, axes) : droppedShape(x!.shape, axes), dtype: x!.dtype };
    },
    evaluate: ([x], { shape, dtype, attributes: { axes } }) => fold(x!, axes, shape, dtype, value),
    emit([x], node, emitter) {
      const { axes } = node.attributes;
      return axes.length === 0 && keepsOne ? emitter.node('Identity', [x!]) : emit(x!, node, emitter);
    },
    simplify(node) {
      const { axes } = node.attributes;
      const [x] = node.inputs;
      const same = keepsOne && axes.every((axis) => x!.shape[axis] === 1);
      return same ? reshape(x!, node.shape) : simplify?.(node);
    },
    ...rules,
  };
  return (x: Tensor, options: ReductionOptions = {}): Tensor => {
    const { axes, keepDims = false } = optionsOf(name, options, 'axes', 'keepDims');
    return apply(operator, [x], { axes: normalizeAxes(name, axes, x.shape), keepDims });
  };
}

/** A node of one of ONNX's reductions, over at least one axis. */
export const reduce = (
  type: string,
  x: string,
  { axes, keepDims }: Pick<ReductionAttributes, 'axes' | 'keepDims'>,
  emitter: Emitter,
): string => emitter.node(type, [x, emitter.int64s(axes)], { keepdims: Number(keepDims) });

export const keptShape = (shape: Shape, axes: Shape): Shape => shape.map((d, axis) => (axes.includes(axis) ? 1 : d));

const droppedShape = (shape: Shape, axes: Shape): Shape => shape.filter((_, axis) => !axes.includes(axis));

/** The entries of each set that is reduced, in row-major order, given to `value`. */
function fold(x: NdArray, axes: Shape, shape: Shape, dtype: DType, value: (entries: Float64Array) => number): NdArray {
  const kept = keptShape(x.shape, axes);
  const results = sizeOf(shape);
  const sets = Array.from({ length: results }, () => new Float64Array(x.data.length / Math.max(1, results)));
  const filled = new Uint32Array(results);
  build(x.shape, x.dtype, (i, index) => {
    const at = flatIndex(
      kept,
      index.map((p, axis) => (kept[axis] === 1 ? 0 : p)),
    );
    sets[at]![filled[at]!++] = x.data[i]!;
    return 0;
  });
  return { shape, dtype, data: Float64Array.from(sets, (entries) => roundTo(dtype, value(entries))) };
}
