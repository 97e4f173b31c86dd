import { build, flatIndex } from '../ndarray.ts';
import { normalizeAxis } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';

interface ArgMaxAttributes {
  readonly [name: string]: number;
  readonly axis: number;
}

const operator: Operator<ArgMaxAttributes> = {
  name: 'argMax',
  type: ([x], { axis }) => ({ shape: x!.shape.filter((_, i) => i !== axis), dtype: 'int32' }),
  evaluate([x], { shape, dtype, attributes: { axis } }) {
    return build(shape, dtype, (_, index) => {
      const entry = (at: number) => x!.data[flatIndex(x!.shape, index.toSpliced(axis, 0, at))]!;
      let best = 0;
      for (let at = 1; at < x!.shape[axis]!; at++) if (entry(at) > entry(best)) best = at;
      return best;
    });
  },
  emit([x], { attributes: { axis } }, emitter) {
    return emitter.node('Cast', [emitter.node('ArgMax', [x!], { axis, keepdims: 0 })], { to: 6 });
  },
};

/** The position of the largest entry along an axis, as int32; the first of several. */
export const argMax = (x: Tensor, axis = -1): Tensor =>
  apply(operator, [x], { axis: normalizeAxis('argMax', axis, x.shape) });
