import type { Emitter } from '../onnx/emitter.ts';
import { type Shape, sizeOf } from '../shape.ts';
import type { ConvolutionAttributes, ConvolutionShapes } from './convolution.ts';
import { emitProduct } from './product-form.ts';

/*
 * A filter that covers the whole image has one window: the convolution and its two gradients are products of plain matrices, images
 * [batch, channels · height · width] and filters [filters, channels · height · width]. As such they are faster, and have the same bits on
 * any number of threads, which ONNX Runtime's convolution of one window has not.
 */

type Sides = readonly [name: string, shape: Shape];

/** Whether filters cover the image. */
export function coversImage({ x, w, y }: ConvolutionShapes, { pads, groups }: ConvolutionAttributes): boolean {
  const single = y[2] === 1 && y[3] === 1 && x[2] === w[2] && x[3] === w[3];
  return single && groups === 1 && pads.every((pad) => pad === 0);
}

/** y = x wᵀ, of shape [batch, filters, 1, 1]. */
export function emitWholeConvolution(x: string, w: string, shapes: ConvolutionShapes, emitter: Emitter): string {
  return product([x, shapes.x], [w, shapes.w], { transposeA: false, transposeB: true }, shapes.y, emitter);
}

/** x = y w, of the images' shape. */
export function emitWholeImageGradient(y: string, w: string, shapes: ConvolutionShapes, emitter: Emitter): string {
  return product([y, shapes.y], [w, shapes.w], { transposeA: false, transposeB: false }, shapes.x, emitter);
}

/** w = yᵀ x, of the filters' shape. */
export function emitWholeWeightGradient(x: string, y: string, shapes: ConvolutionShapes, emitter: Emitter): string {
  return product([y, shapes.y], [x, shapes.x], { transposeA: true, transposeB: false }, shapes.w, emitter);
}

function product(
  a: Sides,
  b: Sides,
  turned: { readonly transposeA: boolean; readonly transposeB: boolean },
  result: Shape,
  emitter: Emitter,
): string {
  const flat = ([name, shape]: Sides) =>
    emitter.node('Reshape', [name, emitter.int64s([shape[0]!, sizeOf(shape.slice(1))])]);
  const [rows, rest] = [result[0]!, sizeOf(result.slice(1))];
  const inner = turned.transposeA ? a[1][0]! : sizeOf(a[1].slice(1));
  const matrix = emitProduct(flat(a), flat(b), { rows, cols: rest, inner, ...turned }, emitter);
  return emitter.node('Reshape', [matrix, emitter.int64s(result)]);
}
