import { isFloat } from '../dtype.ts';
import { build, flatIndex } from '../ndarray.ts';
import { normalizeAxis, ShapeError, show } from '../shape.ts';
import { type AttributeValue, apply, type Operator, type Tensor } from '../tensor.ts';
import { gatherElements } from './gather-elements.ts';
import { optionsOf } from './options.ts';

/** Which entries `topK` takes. */
export interface TopKOptions {
  /** The axis along which they are compared, the last by default. */
  readonly axis?: number;
  /** The largest, in falling order; with `false` the smallest, in rising order. On by default. */
  readonly largest?: boolean;
}

interface Attributes {
  readonly [name: string]: AttributeValue;
  readonly k: number;
  readonly axis: number;
  readonly largest: boolean;
}

/** The places of the k largest; of equal ones the first comes first. A NaN counts as ∞. */
const places: Operator<Attributes> = {
  name: 'topK',
  type([x], { k, axis }) {
    if (x!.dtype === 'bool' || x!.dtype === 'uint32') {
      throw new ShapeError(`topK: takes float32, float64, int32 or int64, not ${x!.dtype}${show(x!.shape)}`);
    }
    if (!(Number.isInteger(k) && k >= 0 && k <= x!.shape[axis]!)) {
      throw new ShapeError(`topK: k is ${k}; axis ${axis} of ${show(x!.shape)} has ${x!.shape[axis]} entries`);
    }
    return { shape: x!.shape.with(axis, k), dtype: 'int64' };
  },
  evaluate([x], { shape, dtype, attributes: { axis, largest } }) {
    const sign = largest ? -1 : 1;
    const orders = new Map<string, number[]>();
    return build(shape, dtype, (_, index) => {
      const line = index.toSpliced(axis, 1).join();
      const order = orders.get(line) ?? orderAlong(index);
      orders.set(line, order);
      return order[index[axis]!]!;
    });
    function orderAlong(index: readonly number[]): number[] {
      const entries = Array.from({ length: x!.shape[axis]! }, (_, at) => {
        const entry = x!.data[flatIndex(x!.shape, index.with(axis, at))]!;
        return Number.isNaN(entry) ? Number.POSITIVE_INFINITY : entry;
      });
      const compare = (a: number, b: number) => (a === b ? 0 : sign * (a < b ? -1 : 1));
      return [...entries.keys()].sort((i, j) => compare(entries[i]!, entries[j]!) || i - j);
    }
  },
  emit([x], { inputs: [source], attributes: { k, axis, largest } }, emitter) {
    const { dtype } = source!;
    const infinite = () => emitter.scalar(dtype, Number.POSITIVE_INFINITY);
    const numbers = isFloat(dtype) ? emitter.node('Where', [emitter.node('IsNaN', [x!]), infinite(), x!]) : x!;
    return emitter.node('TopK', [numbers, emitter.int64s([k])], { axis, largest: Number(largest), sorted: 1 }, 1);
  },
};

/** The largest entries along an axis, and where they stand. */
export interface TopK {
  /** Of the type of `x`, with k entries along the axis. */
  readonly values: Tensor;
  /** int64, of the same shape. */
  readonly indices: Tensor;
}

/**
 * The `k` largest or smallest entries along an axis, in order; of equal ones the first comes first. NaN counts as the largest.
 * @throws {ShapeError} when the axis has fewer entries
 */
export function topK(x: Tensor, k: number, options: TopKOptions = {}): TopK {
  const { axis = -1, largest = true } = optionsOf('topK', options, 'axis', 'largest');
  const at = normalizeAxis('topK', axis, x.shape);
  const indices = apply(places, [x], { k, axis: at, largest });
  return { values: gatherElements(x, indices, at), indices };
}
