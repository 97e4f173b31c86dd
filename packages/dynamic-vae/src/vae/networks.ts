import { checkSettings, count, InputError } from '@unbraid/checks';
import { add, pad, reshape, slice } from '@unbraid/graph';
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
import * as z from 'zod';
import type { ImageSides } from './rows.ts';

/** Both halves of a VAE, on rows of numbers. */
export interface Networks {
  /** `[rows, inputs]` to `[rows, 2 · latent]`: means, then log variances. */
  readonly encoder: AnyModel;
  /** `[rows, latent]` to `[rows, inputs]`, before the sigmoid of images. */
  readonly decoder: AnyModel;
}

/** About the shorter side of the last feature maps. */
const LAST = 4;
const HIDDEN = 256;

/** What networks for a VAE take beside their rows. */
export interface NetworksOptions {
  /** Numbers that the encoder gives for a latent: 2, the default, a mean and a log variance; 1 of quantized latents. */
  readonly perLatent?: 1 | 2;
}

const perLatentSetting = () => z.union([z.literal(1), z.literal(2)], { error: '1 or 2' }).default(2);
const sidesSchema = z.object({
  channels: count(),
  height: count(),
  width: count(),
  latent: count(),
  perLatent: perLatentSetting(),
});

/**
 * The paper's network for images of any sides: 4 × 4 convolutions of stride 2, of 32, 32, 64, 64 … filters, until the shorter side is about 4, a dense layer of
 * 256, ReLU between them; the decoder is the mirror image. Sides that can't be halved so often get margins of zeros first, and reconstructions lose them
 * again. At 64 × 64 the paper's last convolution covers its whole input; it and its mirror are written as dense layers: the same function and
 * parameters, but a matrix product is faster.
 *
 * @throws {InputError} for sides that are no integers of at least 8
 */
export function imageNetworks(image: ImageSides, latent: number, options: NetworksOptions = {}): Networks {
  const settings = checkSettings('dynamic-vae: imageNetworks', sidesSchema, { ...image, latent, ...options });
  const { channels, height, width, perLatent } = settings;
  const shorter = Math.min(height, width);
  if (shorter < 2 * LAST)
    throw new InputError(
      'setting',
      `dynamic-vae: imageNetworks takes images of 8 × 8 pixels or more, these are ${height} × ${width}; take denseNetworks`,
    );
  const halvings = Math.round(Math.log2(shorter / LAST));
  const filters = Array.from({ length: halvings }, (_, i) => (i < 2 ? 32 : 64));
  const last = [height, width].map((side) => Math.ceil(side / 2 ** halvings)) as [number, number];
  const padded = last.map((side) => side * 2 ** halvings) as [number, number];
  const shape = { channels, sides: [height, width], padded, last, filters, kernel: 4, stride: 2 } as const;
  return stridedNetworks(shape, latent, perLatent);
}

const signalSchema = z.object({
  channels: count().default(1),
  length: count(),
  latent: count(),
  perLatent: perLatentSetting(),
});

/**
 * A network for signals, such as a second of sound: convolutions over time of 8 samples and stride 4, of 32, 32, 64, 64 … filters, until about 4 steps are
 * left, a dense layer of 256, ReLU between them, and the mirror image. A signal that can't be divided so often gets zeros at its end, and
 * reconstructions lose them again.
 *
 * @param signal `channels` (by default 1) of `length` samples each, one channel after another
 * @throws {InputError} for lengths below 16
 */
export function signalNetworks(
  signal: { readonly channels?: number; readonly length: number },
  latent: number,
  options: NetworksOptions = {},
): Networks {
  const settings = checkSettings('dynamic-vae: signalNetworks', signalSchema, { ...signal, latent, ...options });
  const { channels, length, perLatent } = settings;
  if (length < 4 * LAST)
    throw new InputError(
      'setting',
      `dynamic-vae: signalNetworks takes 16 samples or more, these are ${length}; take denseNetworks`,
    );
  const times = Math.max(1, Math.round(Math.log(length / LAST) / Math.log(4)));
  const filters = Array.from({ length: times }, (_, i) => (i < 2 ? 32 : 64));
  const last = Math.ceil(length / 4 ** times);
  const shape = { channels, sides: [1, length], padded: [1, last * 4 ** times], last: [1, last], filters } as const;
  return stridedNetworks({ ...shape, kernel: [1, 8], stride: [1, 4] }, latent, perLatent);
}

type Pair = readonly [number, number];

/** Strided convolutions: what they are of, and the sides that they begin and end with, height first. */
interface Strided {
  readonly channels: number;
  readonly sides: Pair;
  readonly padded: Pair;
  readonly last: Pair;
  readonly filters: readonly number[];
  readonly kernel: number | Pair;
  readonly stride: number | Pair;
}

function stridedNetworks(shape: Strided, latent: number, perLatent: 1 | 2): Networks {
  const { channels, sides, padded, last, filters, kernel, stride } = shape;
  const widths = [channels, ...filters];
  const depth = filters.at(-1)!;
  const flat = depth * last[0] * last[1];
  const isPadded = padded[0] !== sides[0] || padded[1] !== sides[1];
  // A zero more at each side than half of the stride: sides that the stride divides are divided by it, and multiplied on the way back.
  const strided = { kernel, stride, padding: 'same' } as const;
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
      unflatten([channels, ...sides]),
      ...(isPadded ? [filledUp(sides, padded)] : []),
      ...down,
      flatten(),
      dense(flat, HIDDEN),
      activation('relu'),
      dense(HIDDEN, perLatent * latent),
    ]),
    decoder: sequential([
      dense(latent, HIDDEN),
      activation('relu'),
      dense(HIDDEN, flat, { bias: false }),
      unflatten([depth, ...last]),
      channelBias(depth),
      ...up,
      ...(isPadded ? [cutDown(sides, padded)] : []),
      flatten(),
    ]),
  };
}

type Plain = Model<Readonly<Record<string, never>>>;

/** Zeros above and left; an odd row or column is at the bottom and right. */
const marginsOf = (sides: Pair, padded: Pair): Pair =>
  [0, 1].map((axis) => Math.floor((padded[axis]! - sides[axis]!) / 2)) as unknown as Pair;

function filledUp(sides: Pair, padded: Pair): Plain {
  const [top, left] = marginsOf(sides, padded);
  return {
    name: `filled up to ${padded.join(' × ')}`,
    params: {},
    apply: (_, x) => pad(x, [0, 0, top, left], [0, 0, padded[0] - sides[0] - top, padded[1] - sides[1] - left]),
  };
}

function cutDown(sides: Pair, padded: Pair): Plain {
  const [top, left] = marginsOf(sides, padded);
  return {
    name: `cut down to ${sides.join(' × ')}`,
    params: {},
    apply: (_, x) => slice(x, [0, 0, top, left], [undefined, undefined, top + sides[0], left + sides[1]]),
  };
}

/** The bias of a transposed convolution: one number for each channel. */
const channelBias = (channels: number): Model<{ readonly bias: ParamSpec }> => ({
  name: `bias of ${channels} channels`,
  params: { bias: param([channels], zeros) },
  apply: ({ bias }, x) => add(x, reshape(bias, [channels, 1, 1])),
});

/** What `denseNetworks` takes. */
export interface DenseNetworksOptions extends NetworksOptions {
  /** Numbers of a row, as the encoder gets them: `columnWidth` of a table. */
  readonly inputs: number;
  readonly latent: number;
  /** Neurons of the encoder's hidden layers; the decoder has them in reverse. Default 256 and 128. */
  readonly hidden?: readonly number[];
}

const denseSchema = z.object({
  inputs: count(),
  latent: count(),
  perLatent: perLatentSetting(),
  hidden: z.array(count(), { error: 'a list of widths' }).default([HIDDEN, HIDDEN / 2]),
});

/**
 * Dense layers with ReLU between them, and their mirror image: for rows of any kind, and for quick trials.
 * @throws {InputError} for settings that are unknown, or no integers of at least 1
 */
export function denseNetworks(options: DenseNetworksOptions): Networks {
  const settings = checkSettings('dynamic-vae: denseNetworks', denseSchema, options);
  const { inputs, latent, hidden, perLatent } = settings;
  const layers = (widths: readonly number[]) =>
    sequential(widths.slice(1).flatMap((to, i) => [...(i > 0 ? [activation('relu')] : []), dense(widths[i]!, to)]));
  return {
    encoder: layers([inputs, ...hidden, perLatent * latent]),
    decoder: layers([latent, ...hidden.toReversed(), inputs]),
  };
}
