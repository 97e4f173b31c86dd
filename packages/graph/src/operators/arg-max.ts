import { isFloat } from '../dtype.ts';
import { build, flatIndex } from '../ndarray.ts';
import type { Emitter } from '../onnx/emitter.ts';
import { normalizeAxis, ShapeError, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { emitAnyNan, emitNans } from './nan-form.ts';

interface ArgMaxAttributes {
  readonly [name: string]: number;
  readonly axis: number;
}

const operator: Operator<ArgMaxAttributes> = {
  name: 'argMax',
  type([x], { axis }) {
    if (x!.shape[axis] === 0) throw new ShapeError(`argMax: ${show(x!.shape)} has no entries to choose from`);
    return { shape: x!.shape.filter((_, i) => i !== axis), dtype: 'int32' };
  },
  evaluate([x], { shape, dtype, attributes: { axis } }) {
    return build(shape, dtype, (_, index) => {
      const entry = (at: number) => x!.data[flatIndex(x!.shape, index.toSpliced(axis, 0, at))]!;
      let best = 0;
      for (let at = 0; at < x!.shape[axis]!; at++) {
        if (Number.isNaN(entry(at))) return at;
        if (entry(at) > entry(best)) best = at;
      }
      return best;
    });
  },
  emit([x], { inputs: [source], attributes: { axis } }, emitter) {
    const largest = position(x!, axis, emitter);
    const result = isFloat(source!.dtype) ? firstNanOr(largest, x!, axis, emitter) : largest;
    return emitter.node('Cast', [result], { to: INT32 });
  },
};

// Code of TensorProto.DataType.
const INT32 = 6;

const position = (x: string, axis: number, emitter: Emitter): string =>
  emitter.node('ArgMax', [x], { axis, keepdims: 0 });

/** ONNX Runtime's ArgMax passes over a NaN or stays at it, whichever stands first. */
function firstNanOr(largest: string, x: string, axis: number, emitter: Emitter): string {
  const any = emitAnyNan(x, { axes: [axis], keepDims: false }, emitter);
  return emitter.node('Where', [any, position(emitNans(x, emitter), axis, emitter), largest]);
}

/** The position of the largest entry along an axis, as int32; the first of several, and that of the first NaN where there is one. */
export const argMax = (x: Tensor, axis = -1): Tensor =>
  apply(operator, [x], { axis: normalizeAxis('argMax', axis, x.shape) });
