import { count, finite, flag, InputError, oneOf } from '@unbraid/checks';
import { discriminatedUnion, literal, type output as Output, object, tuple } from 'zod';
import { infiniteActivations } from './means.ts';

const scales = {
  /** σ_w: weights start as σ_w · N(0, 1) / √fan-in. */
  weightStd: finite({ min: 0 }).default(1),
  /** σ_b: biases start as σ_b · N(0, 1); 0 for none. */
  biasStd: finite({ min: 0 }).default(0),
};

const sides = tuple([count(), count()]);

const dense = object({
  layer: literal('dense'),
  ...scales,
  /** Whether gradients move its weights and biases. */
  trained: flag().default(true),
}).strict();

const conv = object({
  layer: literal('conv'),
  /** Height and width of a filter. */
  kernel: sides,
  strides: sides.default([1, 1]),
  /** Zeros so that the output is ⌈side / stride⌉ (one more behind, where they are odd), none, or the image's other side. */
  padding: oneOf('same', 'valid', 'circular').default('same'),
  ...scales,
  trained: flag().default(true),
}).strict();

const activation = object({ layer: literal('activation'), activation: oneOf(...infiniteActivations) }).strict();

const attention = object({
  layer: literal('attention'),
  scaling: oneOf('linear', 'root'),
  mechanism: oneOf('identity', 'softmax', 'relu').default('identity'),
  /** The product of the standard deviations of query and key weights. */
  queryKeyStd: finite({ min: 0 }).default(1),
  /** The product of the standard deviations of value and output weights. */
  valueOutputStd: finite({ min: 0 }).default(1),
  biasStd: scales.biasStd,
}).strict();

/** What a list of layers is checked by. */
export const infiniteLayer = discriminatedUnion('layer', [
  dense,
  conv,
  activation,
  attention,
  object({ layer: literal('flatten') }).strict(),
  object({ layer: literal('globalAverage') }).strict(),
]);

type Checked = Output<typeof infiniteLayer>;

/** A layer and the images that it takes and gives. */
export interface Step {
  readonly layer: Checked;
  /** Height and width. */
  readonly from: Sides;
  readonly to: Sides;
}

/** Height and width. */
export type Sides = readonly [number, number];

/** What is done with a covariance between positions of two images. */
export interface Plan {
  readonly steps: readonly Step[];
  /** Whether positions are only ever compared with themselves: nothing but `flatten` brings them together. */
  readonly isDiagonal: boolean;
}

export const areaOf = ([height, width]: Sides): number => height * width;

/**
 * Sizes on the way through the layers.
 * @throws {InputError} `setting`, for layers that can't follow one another, and outputs of more than one position
 */
export function planOf(layers: readonly Checked[], sides: Sides): Plan {
  const steps: Step[] = [];
  let from = sides;
  let flat = areaOf(sides) === 1;
  for (const [i, layer] of layers.entries()) {
    if (flat && (layer.layer === 'conv' || layer.layer === 'attention'))
      throw refuse(i, layer, 'it needs positions, and there is but one: put it before flatten or globalAverage');
    const to = sidesAfter(layer, from, i);
    flat ||= layer.layer === 'flatten' || layer.layer === 'globalAverage';
    steps.push({ layer, from, to });
    from = to;
  }
  if (areaOf(from) !== 1)
    throw new InputError(
      'setting',
      `linearity: the network ends with ${from.join(' × ')} positions; bring them together by { layer: 'flatten' } or { layer: 'globalAverage' }`,
    );
  const isDiagonal = !steps.some(
    ({ layer, from: before }) => areaOf(before) > 1 && (layer.layer === 'globalAverage' || layer.layer === 'attention'),
  );
  return { steps, isDiagonal };
}

const refuse = (index: number, { layer }: Checked, why: string): InputError =>
  new InputError('setting', `linearity: layer ${index} (counted from 0), ${layer}: ${why}`);

function sidesAfter(layer: Checked, from: Sides, index: number): Sides {
  if (layer.layer === 'flatten' || layer.layer === 'globalAverage') return [1, 1];
  if (layer.layer !== 'conv') return from;
  const to = from.map((side, axis) => {
    const [kernel, stride] = [layer.kernel[axis]!, layer.strides[axis]!];
    return layer.padding === 'valid' ? Math.floor((side - kernel) / stride) + 1 : Math.ceil(side / stride);
  }) as [number, number];
  if (Math.min(...to) >= 1) return to;
  throw refuse(index, layer, `a filter of ${layer.kernel.join(' × ')} is larger than ${from.join(' × ')}`);
}

/** Where each tap of a filter reads for each output position, −1 for padding: entry tap · positions + position. */
export function readsOf({ layer, from, to }: Step): Int32Array {
  if (layer.layer !== 'conv') return new Int32Array(0);
  const [rows, columns] = [0, 1].map((axis) => {
    const [kernel, stride, side, out] = [layer.kernel[axis]!, layer.strides[axis]!, from[axis]!, to[axis]!];
    const missing = layer.padding === 'valid' ? 0 : Math.max(0, (out - 1) * stride + kernel - side);
    const before = Math.floor(missing / 2);
    return Array.from({ length: kernel }, (_, tap) =>
      Array.from({ length: out }, (__, o) => place(o * stride + tap - before, side, layer.padding)),
    );
  });
  const reads = new Int32Array(layer.kernel[0] * layer.kernel[1] * areaOf(to));
  let at = 0;
  for (const row of rows!)
    for (const column of columns!)
      for (const y of row) for (const x of column) reads[at++] = y < 0 || x < 0 ? -1 : y * from[1] + x;
  return reads;
}

function place(at: number, side: number, padding: 'same' | 'valid' | 'circular'): number {
  if (padding === 'circular') return ((at % side) + side) % side;
  return at < side ? Math.max(at, -1) : -1;
}
