import { roundTo } from '../ndarray.ts';
import type { Emitter } from '../onnx/emitter.ts';
import { sizeOf } from '../shape.ts';
import { type AttributeValue, apply, type Operator, type Tensor } from '../tensor.ts';
import { cast } from './cast.ts';
import { chosen } from './chain.ts';
import { constant } from './constant.ts';
import { equal } from './equal.ts';
import { gather } from './gather.ts';
import { isNonnegative } from './known.ts';
import { mul } from './mul.ts';
import { emitNans, emitNanWhere } from './nan-form.ts';
import { forEachTap, onnxWindow, type PoolOptions, pooledShape, poolWindow } from './pooling.ts';
import { reshape } from './reshape.ts';
import { scatterAdd } from './scatter-add.ts';
import { areTiles, repeatTiles, sumTiles } from './tiles.ts';
import type { Window } from './window.ts';

interface PoolAttributes extends Window {
  readonly [name: string]: AttributeValue;
  /** Set where the images hold no NaN, which then isn't looked for. */
  readonly numbers: boolean;
}

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
  vjp(cotangent, node) {
    const [x] = node.inputs as [Tensor];
    const { kernel } = node.attributes;
    if (areTiles(x.shape, node.attributes)) return [chosen(repeatTiles(cotangent, kernel), firstMaxima(node))];
    const at = reshape(apply(positions, [x], node.attributes), [-1]);
    return [reshape(scatterAdd(reshape(cotangent, [-1]), at, sizeOf(x.shape)), x.shape)];
  },
  jvp([t], node) {
    const [x] = node.inputs as [Tensor];
    const { kernel } = node.attributes;
    if (!t) return undefined;
    if (areTiles(x.shape, node.attributes)) return sumTiles(chosen(t, firstMaxima(node)), kernel);
    return gather(reshape(t, [-1]), apply(positions, [x], node.attributes));
  },
  emit([x], { inputs: [images], dtype, attributes }, emitter) {
    const pooled = (name: string) => emitter.node('MaxPool', [name], onnxWindow(attributes));
    if (attributes.numbers) return pooled(x!);
    if (dtype === 'float32' && attributes.dilations.every((dilation) => dilation === 1))
      return emitter.node('Max', [pooled(x!), emitLowMean(x!, images!, attributes, emitter)]);
    const nans = emitter.node('Cast', [pooled(emitNans(x!, emitter))], { to: BOOL });
    return emitNanWhere(nans, pooled(x!), dtype, emitter);
  },
};

/**
 * A number below each window's maximum, but NaN where the window holds a NaN: from a mean of numbers that don't differ in sign, which is NaN only
 * where one of them is. Several times faster than to pool truths.
 */
function emitLowMean(x: string, images: Tensor, attributes: PoolAttributes, emitter: Emitter): string {
  const nonnegative = isNonnegative(images);
  const low = nonnegative ? x : emitter.node('Min', [x, emitter.scalar('float32', 0)]);
  const { dilations: _, ...rest } = onnxWindow(attributes);
  const mean = emitter.node('AveragePool', [low], rest);
  // Away from the maximum, by more than rounding brings the mean above it.
  return emitter.node('Mul', [mean, emitter.scalar('float32', nonnegative ? 0.5 : 2)]);
}

// Code of TensorProto.DataType.
const BOOL = 9;

/**
 * Where each tile has its first maximum. Where windows are tiles this takes the place of `positions`: ONNX Runtime finds those by
 * comparing one entry after the other, several times as slowly.
 */
function firstMaxima(y: Tensor<PoolAttributes>): Tensor {
  const [x] = y.inputs as [Tensor];
  const { kernel } = y.attributes;
  const [rows, columns] = kernel as [number, number];
  const [height, width] = x.shape.slice(2) as [number, number];
  // Numbers within a tile: from rows · columns down to 1, in row-major order.
  const order = Float64Array.from({ length: height * width }, (_, i) => {
    const [row, column] = [Math.floor(i / width) % rows, (i % width) % columns];
    return rows * columns - row * columns - column;
  });
  const attained = cast(equal(x, repeatTiles(y as unknown as Tensor, kernel)), x.dtype);
  const ranked = mul(attained, constant(order, [height, width], x.dtype));
  return equal(ranked, repeatTiles(apply(operator, [ranked], { ...y.attributes, numbers: true }), kernel));
}

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
  apply(operator, [x], { ...poolWindow('maxPool2d', options), numbers: false });

/**
 * Where each window has its first maximum: flat positions in the images, int64, of the shape of `maxPool2d`'s result.
 * @param x images [batch, channels, height, width]
 * @throws {ShapeError} as `maxPool2d`
 */
export const maxPoolPositions = (x: Tensor, options: PoolOptions): Tensor =>
  apply(positions, [x], { ...poolWindow('maxPoolPositions', options), numbers: false });
