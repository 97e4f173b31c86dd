import { isFloat } from '../dtype.ts';
import { build, flatIndex } from '../ndarray.ts';
import { type Shape, ShapeError, sameShape, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { reduceSum } from './reduce-sum.ts';
import { reshape } from './reshape.ts';
import { checkImages, type Window } from './window.ts';

interface RepeatAttributes {
  readonly [name: string]: Shape;
  readonly tile: Shape;
}

const operator: Operator<RepeatAttributes> = {
  name: 'repeat2d',
  type([x], { tile }) {
    checkImages('repeatTiles', x!.shape);
    if (tile.length !== 2 || !tile.every((n) => Number.isInteger(n) && n >= 1))
      throw new ShapeError(`repeatTiles: the tile is ${show(tile)}; two whole numbers of at least 1 are needed`);
    if (!isFloat(x!.dtype))
      throw new ShapeError(`repeatTiles: takes float32 or float64, not ${x!.dtype}${show(x!.shape)}`);
    const [images, channels, height, width] = x!.shape as [number, number, number, number];
    return { shape: [images, channels, height * tile[0]!, width * tile[1]!], dtype: x!.dtype };
  },
  evaluate([x], { shape, dtype, attributes: { tile } }) {
    return build(shape, dtype, (_, [image, channel, row, column]) => {
      const from = [image!, channel!, Math.floor(row! / tile[0]!), Math.floor(column! / tile[1]!)];
      return x!.data[flatIndex(x!.shape, from)]!;
    });
  },
  vjp: (cotangent, { attributes: { tile } }) => [sumTiles(cotangent, tile)],
  jvp: ([t], { attributes: { tile } }) => t && repeatTiles(t, tile),
  emit([x], { inputs: [source], shape, dtype, attributes: { tile } }, emitter) {
    if (dtype === 'float32') {
      // Expand is far slower (docs/decisions/009-convolution-gradients.md), but has a float64 kernel.
      const nearest = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
      return emitter.node('Resize', [x!, '', '', emitter.int64s(shape)], nearest);
    }
    const column = emitter.node('Reshape', [x!, emitter.int64s(split(source!.shape, [1, 1]))]);
    const wide = emitter.node('Expand', [column, emitter.int64s(split(shape, tile))]);
    return emitter.node('Reshape', [wide, emitter.int64s(shape)]);
  },
};

/** The shape of images with each tile's rows and columns as axes of their own. */
function split([images, channels, height, width]: Shape, [rows, columns]: Shape): Shape {
  return [images!, channels!, height! / rows!, rows!, width! / columns!, columns!];
}

/** Whether windows cover images without overlap, gap or padding. */
export const areTiles = (image: Shape, { kernel, strides, pads, dilations }: Window): boolean =>
  sameShape(kernel, strides) &&
  [...dilations].every((dilation) => dilation === 1) &&
  pads.every((pad) => pad === 0) &&
  kernel.every((size, axis) => image[axis + 2]! % size === 0);

/**
 * Every entry of images [batch, channels, height, width] as a whole tile of rows and columns.
 * @param tile rows and columns of a tile
 * @throws {ShapeError} unless x is a float tensor of images and both are whole numbers of at least 1
 */
export const repeatTiles = (x: Tensor, tile: Shape): Tensor => apply(operator, [x], { tile });

/** The adjoint of `repeatTiles`: the sum of each tile. */
export const sumTiles = (x: Tensor, tile: Shape): Tensor =>
  reduceSum(reshape(x, split(x.shape, tile)), { axes: [3, 5] });
