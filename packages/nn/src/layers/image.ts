import { count, integer } from '@unbraid/checks';
import { type Pads, ShapeError, type Tensor } from '@unbraid/graph';
import * as z from 'zod';
import { showShape } from '../show-shape.ts';

/**
 * What stands around an image: nothing (`valid`), as many rows and columns on every side, or as many as make the output
 * ⌈input / stride⌉ (`same`), where an odd one stands at the bottom or right, as in TensorFlow.
 */
export type Padding = 'same' | 'valid' | number;

/** How a window slides over an image; all lists are height first. */
export interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
}

/** A size, or one for each axis of images, height first. */
export const pairSetting = () =>
  z.union([count(), z.tuple([count(), count()])], { error: 'an integer of at least 1, or two of them, height first,' });

/** Height and width of a size that was checked. */
export const pairOf = (value: number | readonly [number, number]): readonly [number, number] =>
  typeof value === 'number' ? [value, value] : value;

export const paddingSetting = () =>
  z.union([z.enum(['same', 'valid']), integer({ min: 0 })], { error: "'same', 'valid' or an integer of at least 0" });

/** Padding of an image of `size` rows and columns: top, left, bottom, right. */
export function padsOf(padding: Padding, size: readonly [number, number], window: Window): Pads {
  if (padding !== 'same') return padding === 'valid' ? 0 : padding;
  const total = size.map((n, axis) => {
    const stride = window.strides[axis]!;
    return Math.max((Math.ceil(n / stride) - 1) * stride + extentOf(window, axis) - n, 0);
  }) as [number, number];
  return splitPads(total);
}

/** Rows or columns that a window reaches over. */
export const extentOf = ({ kernel, dilations }: Window, axis: number): number =>
  dilations[axis]! * (kernel[axis]! - 1) + 1;

/** Rows and columns of padding divided between the two sides, an odd one at the end. */
export function splitPads([rows, columns]: readonly [number, number]): Pads {
  const [top, left] = [Math.floor(rows / 2), Math.floor(columns / 2)];
  return [top, left, rows - top, columns - left];
}

/** Height and width of a batch of images `[rows, channels, height, width]`. @throws {ShapeError} for anything else */
export function imageSize(layer: string, { shape }: Tensor, channels?: number): readonly [number, number] {
  if (shape.length !== 4 || (channels !== undefined && shape[1] !== channels)) {
    throw new ShapeError(
      `nn: ${layer} takes [rows, ${channels ?? 'channels'}, height, width], the input is ${showShape(shape)}; ` +
        'unflatten makes images of rows',
    );
  }
  return [shape[2]!, shape[3]!];
}

/** `3×3`, for messages and summaries. */
export const showPair = ([height, width]: readonly [number, number]): string => `${height}×${width}`;
