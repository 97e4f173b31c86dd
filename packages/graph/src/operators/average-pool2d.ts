import { roundTo } from '../ndarray.ts';
import { type Shape, sizeOf } from '../shape.ts';
import { type AttributeValue, apply, type Operator, type Tensor } from '../tensor.ts';
import { broadcastTo } from './broadcast-to.ts';
import { constant } from './constant.ts';
import { imageGradient } from './conv-transpose2d.ts';
import { div } from './div.ts';
import { optionsOf } from './options.ts';
import { forEachTap, onnxWindow, type PoolOptions, pooledShape, poolWindow } from './pooling.ts';
import { reshape } from './reshape.ts';
import { areTiles, repeatTiles } from './tiles.ts';
import type { Window } from './window.ts';

/** Windows of `averagePool2d`. */
export interface AveragePoolOptions extends Omit<PoolOptions, 'dilations'> {
  /** Divide by the size of the whole window where it holds padding too (zeros), not by its share of the image. Off by default. */
  readonly countPads?: boolean;
}

interface AverageAttributes extends Window {
  readonly [name: string]: AttributeValue;
  readonly countPads: boolean;
}

const operator: Operator<AverageAttributes> = {
  name: 'averagePool2d',
  type: ([x], window) => ({ shape: pooledShape('averagePool2d', x!, window), dtype: x!.dtype }),
  evaluate([x], { shape, dtype, attributes }) {
    const sums = new Float64Array(sizeOf(shape));
    forEachTap(x!.shape, shape, attributes, (window, tap) => {
      sums[window]! += x!.data[tap]!;
    });
    const counts = countsOf(x!.shape, shape, attributes);
    return { shape, dtype, data: sums.map((sum, i) => roundTo(dtype, sum / counts[i % counts.length]!)) };
  },
  vjp(cotangent, { inputs: [x], shape, attributes }) {
    const { kernel } = attributes;
    if (areTiles(x!.shape, attributes)) return [repeatTiles(div(cotangent, sizeOf(kernel)), kernel)];
    const counts = constant(countsOf(x!.shape, shape, attributes), shape.slice(2), cotangent.dtype);
    return [spread(div(cotangent, counts), x!.shape, attributes)];
  },
  jvp: ([t], { attributes }) => t && apply(operator, [t], attributes),
  emit: ([x], { attributes: { countPads, ...window } }, emitter) => {
    const { dilations: _, ...rest } = onnxWindow(window as Window);
    return emitter.node('AveragePool', [x!], { ...rest, count_include_pad: Number(countPads) });
  },
};

/** How many entries each window of one plane averages, row-major. */
function countsOf(x: Shape, y: Shape, attributes: AverageAttributes): Float64Array {
  const [rows, columns] = y.slice(2) as [number, number];
  const [height, width] = attributes.kernel as [number, number];
  if (attributes.countPads) return new Float64Array(rows * columns).fill(height * width);
  const counts = new Float64Array(rows * columns);
  forEachTap([1, 1, ...x.slice(2)], [1, 1, rows, columns], attributes, (window) => counts[window]!++);
  return counts;
}

/** Adds each window's number to all of its taps. */
function spread(numbers: Tensor, image: Shape, { kernel, strides, pads, dilations }: AverageAttributes): Tensor {
  const plane = (shape: Shape): Shape => [shape[0]! * shape[1]!, 1, ...shape.slice(2)];
  const ones = broadcastTo(constant(1, [], numbers.dtype), [1, 1, ...kernel]);
  const planes = reshape(numbers, plane(numbers.shape));
  return reshape(imageGradient(planes, ones, plane(image), { strides, pads, dilations, groups: 1 }), image);
}

/**
 * The mean of each window.
 * @param x images [batch, channels, height, width]
 * @returns [batch, channels, height, width], sizes ⌊(size + pads − taps) / stride⌋ + 1
 * @throws {ShapeError} where a window doesn't fit the padded image, or holds padding alone
 */
export const averagePool2d = (x: Tensor, { countPads = false, ...options }: AveragePoolOptions): Tensor =>
  apply(operator, [x], {
    ...poolWindow('averagePool2d', optionsOf('averagePool2d', options, 'kernel', 'strides', 'pads')),
    countPads,
  });
