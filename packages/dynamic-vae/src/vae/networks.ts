import { add, reshape } from '@unbraid/graph';
import {
  type AnyModel,
  activation,
  conv2d,
  convTranspose2d,
  dense,
  flatten,
  type Model,
  type ParamSpec,
  param,
  sequential,
  unflatten,
  zeros,
} from '@unbraid/nn';
import type { ImageShape } from './image-shape.ts';

/** Both halves of a VAE, on images as rows of numbers. */
export interface Networks {
  /** `[rows, pixels]` to `[rows, 2 · latent]`: means, then log variances. */
  readonly encoder: AnyModel;
  /** `[rows, latent]` to `[rows, pixels]`, before the sigmoid. */
  readonly decoder: AnyModel;
}

/** The filters of the strided convolutions, from the images down to 4 × 4: at 64 pixels the paper's four, at others the first of them or more of the last. */
const filtersOf = (size: number): number[] =>
  Array.from({ length: Math.log2(size / LAST) }, (_, i) => (i < 2 ? 32 : 64));

/** The side of the last feature maps. */
const LAST = 4;
const HIDDEN = 256;

/**
 * The paper's network: 4 × 4 convolutions of stride 2, one of 4 × 4 without padding, a dense layer, ReLU between them; the
 * decoder is the mirror image. The convolution that covers its whole input, and its mirror, are written as dense
 * layers: the same function and parameters, but a matrix product is faster.
 */
export function convolutionalNetworks({ channels, size }: ImageShape, latent: number): Networks {
  const filters = filtersOf(size);
  const widths = [channels, ...filters];
  const last = filters.at(-1)!;
  const flat = last * LAST * LAST;
  const strided = { kernel: 4, stride: 2, padding: 1 } as const;
  const down = filters.flatMap((to, i) => [
    conv2d({ channels: widths[i]!, filters: to, ...strided }),
    activation('relu'),
  ]);
  const up = filters
    .map((from, i) => convTranspose2d({ channels: from, filters: widths[i]!, ...strided }))
    .reverse()
    .flatMap((layer) => [activation('relu'), layer]);
  return {
    encoder: sequential([
      unflatten([channels, size, size]),
      ...down,
      flatten(),
      dense(flat, HIDDEN),
      activation('relu'),
      dense(HIDDEN, 2 * latent),
    ]),
    decoder: sequential([
      dense(latent, HIDDEN),
      activation('relu'),
      dense(HIDDEN, flat, { bias: false }),
      unflatten([last, LAST, LAST]),
      channelBias(last),
      ...up,
      flatten(),
    ]),
  };
}

/** The bias of a transposed convolution: one number for each channel. */
const channelBias = (channels: number): Model<{ readonly bias: ParamSpec }> => ({
  name: `bias of ${channels} channels`,
  params: { bias: param([channels], zeros) },
  apply: ({ bias }, x) => add(x, reshape(bias, [channels, 1, 1])),
});

/** A small network for quick trials: two hidden layers on either side. */
export function denseNetworks({ channels, size }: ImageShape, latent: number): Networks {
  const pixels = channels * size * size;
  const layers = (widths: readonly [number, number, number, number]) => {
    const [inputs, first, second, outputs] = widths;
    return sequential([
      dense(inputs, first),
      activation('relu'),
      dense(first, second),
      activation('relu'),
      dense(second, outputs),
    ]);
  };
  return {
    encoder: layers([pixels, HIDDEN, HIDDEN / 2, 2 * latent]),
    decoder: layers([latent, HIDDEN / 2, HIDDEN, pixels]),
  };
}
