import { conv2d as convolution } from '@unbraid/graph';
import type { Model } from '../model.ts';
import { type FilterLayer, type FilterOptions, type FilterParams, filterLayer } from './filters.ts';
import { padsOf } from './image.ts';

/**
 * Convolution of images: `[rows, channels, height, width]` to `[rows, filters, height', width']`. Its `weight` is
 * `[filters, channels / groups, kernel height, kernel width]`.
 * @throws {InputError} for settings that are unknown or out of range, and channels or filters that groups don't divide
 * @throws {ShapeError} from `apply`, for an input that is no batch of images of so many channels, or smaller than a filter
 */
export function conv2d(options: FilterOptions & { readonly bias: false }): Model<Pick<FilterParams, 'weight'>>;
export function conv2d(options: FilterOptions): Model<FilterParams>;
export function conv2d(options: FilterOptions): FilterLayer {
  const { channels, filters, padding = 'valid', groups = 1 } = options;
  return filterLayer(
    {
      name: 'conv2d',
      shape: (kernel) => [filters, channels / groups, ...kernel],
      neuronAxis: 0,
      convolve: (x, weight, size, window) =>
        convolution(x, weight, {
          strides: window.strides,
          dilations: window.dilations,
          pads: padsOf(padding, size, window),
          groups,
        }),
    },
    options,
  );
}
