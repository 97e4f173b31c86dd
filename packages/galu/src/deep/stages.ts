import { checkSettings, count, having, InputError } from '@unbraid/checks';
import {
  type AnyModel,
  averagePool2d,
  conv2d,
  dense,
  flatten,
  heNormal,
  type Initializer,
  sequential,
  unflatten,
} from '@unbraid/nn';
import * as z from 'zod';

/** A gated layer of a deep network. */
export interface Stage {
  /** From the layer before to what is gated, linear in its input, such as `dense` or `conv2d`; each of its outputs has a gate of its own. */
  readonly linear: AnyModel;
  /** What gated outputs go through on their way to the next layer, linear too, such as `averagePool2d` or `flatten`. */
  readonly after?: AnyModel;
  /** Where gates are half-spaces of the network's input: from that input to the shape of `linear`'s outputs. */
  readonly gate?: AnyModel;
}

/** What `denseStages` takes. */
export interface DenseStagesOptions {
  /** d: entries of a row. */
  readonly inputs: number;
  /** Neurons of each layer. */
  readonly widths: readonly number[];
  /** How weights start. Default `heNormal`. */
  readonly init?: Initializer;
  /** Whether linear parts have biases, which start at 0. Default true. */
  readonly bias?: boolean;
}

const initSetting = () => having<Initializer>('an initializer such as heNormal', 'fill').default(heNormal);
const widthsSetting = () => z.array(count(), { error: 'a list of widths' }).min(1, { error: 'at least one width' });

const denseSchema = z.object({
  inputs: count(),
  widths: widthsSetting(),
  init: initSetting(),
  bias: z.boolean({ error: 'true or false' }).default(true),
});

/**
 * Fully connected layers, `[rows, inputs]` to `[rows, widths.at(-1)]`. Gates of the input are half-spaces with offsets of their own where there are biases.
 * @throws {InputError} for options that are unknown or out of range
 */
export function denseStages(options: DenseStagesOptions): Stage[] {
  const { inputs, widths, init, bias } = checkSettings('galu: denseStages', denseSchema, options);
  const layer = (from: number, to: number): AnyModel =>
    bias ? dense(from, to, { init }) : dense(from, to, { init, bias: false });
  return widths.map((width, l) => ({
    linear: layer(l === 0 ? inputs : widths[l - 1]!, width),
    gate: bias ? dense(inputs, width, { init, bias: init }) : layer(inputs, width),
  }));
}

/** What `convStages` takes. */
export interface ConvStagesOptions {
  /** Channels, height and width of an image; a row is an image's entries in this order. */
  readonly shape: readonly [channels: number, height: number, width: number];
  /** Filters of each layer. */
  readonly filters: readonly number[];
  /** Side of a filter. Default 3. */
  readonly kernel?: number;
  /** Distance from one window to the next; images come out ⌈side / stride⌉ wide and high. Default 2. */
  readonly stride?: number;
  /** How filters start. Default `heNormal`. */
  readonly init?: Initializer;
}

/** Convolutional layers, and what they give. */
export interface ConvStages {
  readonly stages: readonly Stage[];
  /** Entries of what the last layer gives of an image, flat. */
  readonly outputs: number;
}

const convSchema = z.object({
  shape: z.tuple([count(), count(), count()], { error: 'channels, height and width' }),
  filters: widthsSetting(),
  kernel: count().default(3),
  stride: count().default(2),
  init: initSetting(),
});

/**
 * Convolutional layers with a gate for each place and channel, `[rows, channels · height · width]` to `[rows, outputs]`. Gates of the input are convolutions of
 * the image, its means over as many pixels as the layers before have stepped over.
 * @throws {InputError} for options that are unknown or out of range, and for images that end up smaller than a stride
 */
export function convStages(options: ConvStagesOptions): ConvStages {
  const { shape, filters, kernel, stride, init } = checkSettings('galu: convStages', convSchema, options);
  const [channels, height, width] = shape;
  const shrunk = (side: number, layers: number) => Math.ceil(side / stride ** layers);
  if (stride > 1 && Math.min(shrunk(height, filters.length - 1), shrunk(width, filters.length - 1)) < stride)
    throw new InputError(
      'setting',
      `galu: convStages: images of ${height} × ${width} are smaller than a stride of ${stride} before the last of ${filters.length} layers; take fewer layers or a smaller stride`,
    );
  const convolution = (from: number, to: number) =>
    conv2d({ channels: from, filters: to, kernel, stride, padding: 'same', init });
  const image = unflatten([...shape]);
  const stages = filters.map((to, l): Stage => {
    const layer = convolution(l === 0 ? channels : filters[l - 1]!, to);
    const seen = stride ** l;
    const gate = [
      image,
      ...(seen > 1 ? [averagePool2d({ kernel: seen, padding: 'same' })] : []),
      convolution(channels, to),
    ];
    return {
      linear: l === 0 ? sequential([image, layer]) : layer,
      gate: sequential(gate),
      ...(l === filters.length - 1 && { after: flatten() }),
    };
  });
  const outputs = filters.at(-1)! * shrunk(height, filters.length) * shrunk(width, filters.length);
  return { stages, outputs };
}
