import { InputError, integer } from '@unbraid/checks';
import { type Pads, type Pair, convTranspose2d as transposedConvolution } from '@unbraid/graph';
import * as z from 'zod';
import type { Model } from '../model.ts';
import { type FilterLayer, type FilterOptions, type FilterParams, filterLayer } from './filters.ts';
import { extentOf, splitPads, type Window } from './image.ts';

/** What `convTranspose2d` takes. */
export interface ConvTransposeLayerOptions extends FilterOptions {
  /**
   * Rows and columns more at the bottom and right: of the sizes that a convolution brings to the input's, the larger ones.
   * Default 0, or what is missing with `same`, where it can't be given.
   */
  readonly outputPadding?: Pair;
}

/**
 * Transposed convolution, the gradient of `conv2d` by its images: `[rows, channels, height, width]` to
 * `[rows, filters, height', width']`, where height' is (height − 1) · stride + dilation · (kernel − 1) + 1 − 2 · padding +
 * outputPadding, and height · stride with padding `same`. Its `weight` is
 * `[channels, filters / groups, kernel height, kernel width]`.
 * @throws {InputError} for settings that are unknown or out of range, and channels or filters that groups don't divide
 * @throws {ShapeError} from `apply`, for an input that is no batch of images of so many channels
 */
export function convTranspose2d(
  options: ConvTransposeLayerOptions & { readonly bias: false },
): Model<Pick<FilterParams, 'weight'>>;
export function convTranspose2d(options: ConvTransposeLayerOptions): Model<FilterParams>;
export function convTranspose2d(options: ConvTransposeLayerOptions): FilterLayer {
  const { channels, filters, groups = 1, padding, outputPadding } = options;
  if (padding === 'same' && outputPadding !== undefined)
    throw new InputError(
      'setting',
      "nn: convTranspose2d's outputPadding follows from padding 'same'; leave one of them out",
    );
  return filterLayer(
    {
      name: 'convTranspose2d',
      shape: (kernel) => [channels, filters / groups, ...kernel],
      neuronAxis: 1,
      more: { outputPadding: outputPaddingSetting().optional() },
      convolve: (x, weight, _, window) =>
        transposedConvolution(x, weight, {
          strides: window.strides,
          dilations: window.dilations,
          ...sidesOf(options, window),
          groups,
        }),
    },
    options,
  );
}

const outputPaddingSetting = () =>
  z.union([integer({ min: 0 }), z.tuple([integer({ min: 0 }), integer({ min: 0 })])], {
    error: 'an integer of at least 0, or two of them, height first,',
  });

interface Sides {
  readonly pads: Pads;
  readonly outputPads: Pair;
}

function sidesOf({ padding = 'valid', outputPadding }: ConvTransposeLayerOptions, window: Window): Sides {
  if (padding !== 'same') return { pads: padding === 'valid' ? 0 : padding, outputPads: outputPadding ?? 0 };
  const surplus = window.strides.map((stride, axis) => extentOf(window, axis) - stride) as [number, number];
  const [cut, missing] = [surplus.map((n) => Math.max(n, 0)), surplus.map((n) => Math.max(-n, 0))];
  return { pads: splitPads(cut as [number, number]), outputPads: missing as [number, number] };
}
