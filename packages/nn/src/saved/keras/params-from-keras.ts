import { checkFiniteValues, checkSettings, given, InputError, type KerasLayer, text } from '@unbraid/checks';
import { type LayoutLeaf, layoutOf, type Shape, sizeOf } from '@unbraid/graph';
import * as z from 'zod';
import type { AnyModel } from '../../model.ts';
import { showShape } from '../../show-shape.ts';
import { inputShapeOf, shapeSetting } from '../../use/input-shape.ts';
import { type KerasKind, type KerasSlot, kerasSlots } from './keras-slots.ts';

/** What `paramsFromKeras` takes beside the model and the arrays. */
export interface KerasOptions {
  /** Shape of a row of the model's input, where its first layer doesn't say it: `[784]`. */
  readonly inputShape?: Shape;
  /** How errors call where the arrays are from. Default `the Keras weights`. */
  readonly name?: string;
}

const schema = z.object({
  model: given<AnyModel>(),
  inputShape: shapeSetting().optional(),
  name: text().default('the Keras weights'),
});

/**
 * The parameters of `model`, flat, from the arrays of a Keras network with the same layers, as `readKerasWeights` of `@unbraid/data` reads
 * them. Layers are paired kind by kind (dense, convolutions, normalizations), each kind in its order: it matters neither what they are called
 * nor in which order a block's branches were built. Keras has channels last: filters are turned, and rows of dense weights behind `flatten`
 * put in our order; rows of a model that begins with `dense` must have Keras's order themselves. What batch normalization adds to variances
 * isn't in the file: Keras's is `epsilon: 1e-3`, and its momentum of 0.99 is `momentum: 0.01` here.
 * @throws {InputError} `model`, where a kind has more or fewer layers than the model, an array has another shape, or a layer is of a kind that
 * isn't read; `not-finite`, for NaN and infinities
 */
export function paramsFromKeras(
  model: AnyModel,
  layers: readonly KerasLayer[],
  options: KerasOptions = {},
): Float32Array {
  const { inputShape, name } = checkSettings('nn: paramsFromKeras', schema, { model, ...options });
  const slots = kerasSlots(model, inputShapeOf('paramsFromKeras', model, inputShape));
  const layout = layoutOf(model.params, 'params');
  const params = new Float32Array(layout.size);
  for (const [slot, layer] of paired(slots, layers, name)) {
    const leaves = layout.leaves.filter(({ path }) => slot.path === '' || path.startsWith(`${slot.path}.`));
    fill(params, leaves, slot, layer, name);
  }
  return params;
}

/** Each layer of ours with that of the file, kind by kind. */
function paired(slots: readonly KerasSlot[], layers: readonly KerasLayer[], file: string) {
  const theirs = layers
    .filter(({ weights }) => weights.length > 0)
    .map((layer) => ({ kind: kindOf(layer, file), layer }));
  const kinds = new Set([...slots, ...theirs].map(({ kind }) => kind));
  return [...kinds].flatMap((kind) => {
    const [ours, given] = [slots, theirs].map((all) => all.filter((each) => each.kind === kind)) as [
      KerasSlot[],
      typeof theirs,
    ];
    if (ours.length !== given.length)
      throw mismatch(file, `it has ${given.length} layers that are ${kind}, the model has ${ours.length}`);
    return ours.map((slot, i) => [slot, given[i]!.layer] as const);
  });
}

/** What a layer is, by its arrays: two axes of a dense kernel, three and four of filters, four or two vectors of a normalization. */
function kindOf({ name, weights }: KerasLayer, file: string): KerasKind {
  const kind =
    KERNELS[weights[0]!.shape.length] ??
    (weights.every(({ shape }) => shape.length === 1) ? NORMS[weights.length] : undefined);
  if (kind) return kind;
  const shapes = weights.slice(0, 6).map((array) => showShape(array.shape));
  throw mismatch(
    file,
    `the layer ${shown(name)} has arrays ${shapes.join(', ')}, which belong to no layer that is read`,
  );
}

const KERNELS: Readonly<Record<number, KerasKind>> = { 2: 'dense', 3: 'conv1d', 4: 'conv2d' };
const NORMS: Readonly<Record<number, KerasKind>> = { 2: 'layerNorm', 4: 'batchNorm' };

/** Copies a layer's arrays to its parameters, which have the same order. */
function fill(
  params: Float32Array,
  leaves: readonly LayoutLeaf[],
  { kind, path, flattened }: KerasSlot,
  { name, weights }: KerasLayer,
  file: string,
): void {
  const where = path === '' ? kind : `${kind} at ${path}`;
  if (weights.length !== leaves.length)
    throw mismatch(file, `the layer ${shown(name)} has ${weights.length} arrays, ${where} takes ${leaves.length}`);
  for (const [i, { offset, size, shape }] of leaves.entries()) {
    const array = weights[i]!;
    const expected = shape.length > 2 ? [...shape.slice(2), shape[1]!, shape[0]!] : shape;
    if (showShape(array.shape) !== showShape(expected) || array.data.length !== size)
      throw mismatch(
        file,
        `${shown(array.name)} of ${shown(name)} is ${showShape(array.shape)}, ${where} takes ${showShape(expected)}`,
      );
    checkFiniteValues(
      `nn: ${file}: ${shown(array.name)} of ${shown(name)}`,
      array.data,
      'the file is of training that diverged, or damaged',
    );
    const out = params.subarray(offset, offset + size);
    if (shape.length > 2) turnFilters(array.data, shape, out);
    else if (flattened && isByInput(kind, shape) && shape[0] === sizeOf(flattened))
      channelsFirst(array.data, flattened, out);
    else out.set(array.data);
  }
}

/** Whether the first axis of an array is the layer's inputs; of a dense bias it is its outputs, of which there may be as many. */
const isByInput = (kind: KerasKind, shape: Shape): boolean => kind !== 'dense' || shape.length === 2;

/** `[…, channels, filters]` to `shape`, `[filters, channels, …]`. */
function turnFilters(data: Float32Array, [filters = 1, channels = 1, ...taps]: Shape, out: Float32Array): void {
  const places = sizeOf(taps);
  let at = 0;
  for (let f = 0; f < filters; f++)
    for (let c = 0; c < channels; c++)
      for (let place = 0; place < places; place++) out[at++] = data[(place * channels + c) * filters + f]!;
}

/** Rows in the order `[…, channels]` to the order of `image`, `[channels, …]`. */
function channelsFirst(data: Float32Array, [channels = 1, ...rest]: Shape, out: Float32Array): void {
  const places = sizeOf(rest);
  const width = data.length / (channels * places);
  for (let c = 0; c < channels; c++)
    for (let place = 0; place < places; place++) {
      const from = (place * channels + c) * width;
      out.set(data.subarray(from, from + width), (c * places + place) * width);
    }
}

/** A name from a file, for a message. */
const shown = (name: string): string => JSON.stringify(name.slice(0, 80)).slice(1, -1);

const mismatch = (file: string, what: string): InputError => new InputError('model', `nn: ${file}: ${what}`);
