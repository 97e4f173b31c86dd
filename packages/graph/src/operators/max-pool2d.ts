import { roundTo } from '../ndarray.ts';
import { sizeOf } from '../shape.ts';
import { type AttributeValue, apply, type Operator, type Tensor } from '../tensor.ts';
import { gather } from './gather.ts';
import { forEachTap, onnxWindow, type PoolOptions, pooledShape, poolWindow } from './pooling.ts';
import { reshape } from './reshape.ts';
import { scatterAdd } from './scatter-add.ts';
import type { Window } from './window.ts';

type PoolAttributes = Window & { readonly [name: string]: AttributeValue };

const operator: Operator<PoolAttributes> = {
  name: 'maxPool2d',
  type: ([x], window) => ({ shape: pooledShape('maxPool2d', x!, window), dtype: x!.dtype }),
  evaluate([x], { shape, dtype, attributes }) {
    const data = new Float64Array(sizeOf(shape)).fill(Number.NEGATIVE_INFINITY);
    forEachTap(x!.shape, shape, attributes, (window, tap) => {
      data[window] = roundTo(dtype, Math.max(data[window]!, x!.data[tap]!));
    });
    return { shape, dtype, data };
  },
  vjp(cotangent, { inputs: [x], attributes }) {
    const chosen = reshape(apply(positions, [x!], attributes), [-1]);
    return [reshape(scatterAdd(reshape(cotangent, [-1]), chosen, sizeOf(x!.shape)), x!.shape)];
  },
  jvp: ([t], { inputs: [x], attributes }) => t && gather(reshape(t, [-1]), apply(positions, [x!], attributes)),
  emit: ([x], { attributes }, emitter) => emitter.node('MaxPool', [x!], onnxWindow(attributes)),
};

/** Where each window has its first maximum: flat positions in the images, int64. */
const positions: Operator<PoolAttributes> = {
  name: 'maxPool2dPositions',
  type: ([x], window) => ({ shape: pooledShape('maxPool2d', x!, window), dtype: 'int64' }),
  evaluate([x], { shape, dtype, attributes }) {
    const data = new Float64Array(sizeOf(shape)).fill(-1);
    forEachTap(x!.shape, shape, attributes, (window, tap) => {
      const best = data[window]!;
      if (best < 0 || x!.data[tap]! > x!.data[best]!) data[window] = tap;
    });
    return { shape, dtype, data };
  },
  emit: ([x], { attributes }, emitter) => emitter.node('MaxPool', [x!], onnxWindow(attributes), 1),
};

/**
 * The largest entry of each window; padding never is. The derivative belongs to the first of several, in row-major order.
 * @param x images [batch, channels, height, width]
 * @returns [batch, channels, height, width], sizes ⌊(size + pads − dilation · (taps − 1) − 1) / stride⌋ + 1
 * @throws {ShapeError} where a window doesn't fit the padded image, or holds padding alone
 */
export const maxPool2d = (x: Tensor, options: PoolOptions): Tensor =>
  apply(operator, [x], poolWindow('maxPool2d', options) as PoolAttributes);
