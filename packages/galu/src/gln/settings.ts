import { checkSettings, count, finite, InputError, integer, oneOf } from '@unbraid/checks';
import * as z from 'zod';

/** What `createGln` takes. */
export interface GlnSettings {
  /** d: entries of a row. */
  readonly inputs: number;
  /** Neurons of each layer; a last neuron, whose prediction counts, comes after them. */
  readonly layers: readonly number[];
  /** How many classes there are, or their names. Two have one network, more have one each, which tells its class from all others. Default 2. */
  readonly classes?: number | readonly string[];
  /** Half-spaces of a neuron, 1 to 12: it has a weight vector for each of the 2ⁿ ways in which a row can lie to them. Default 4. */
  readonly halfSpaces?: number;
  /** Standard deviation of a half-space's distance from the origin, its normal being a unit vector. Default 0.5, for columns of mean 0 and deviation 1. */
  readonly offset?: number;
  /** What the first layer mixes: the row's entries as logits, or as probabilities. Default `'logits'`. */
  readonly base?: 'logits' | 'probabilities';
  /** η, of at least 0. Default 0.01. */
  readonly learningRate?: number;
  /** Step t from which on the rate falls as η · decayFrom / t; it doesn't where this is left out. */
  readonly decayFrom?: number;
  /** ε, above 0 and below ½: predictions of neurons and of the base stay in [ε, 1 − ε]. Default 0.01. */
  readonly epsilon?: number;
  /** b: weights stay in [−b, b]. Default 200. */
  readonly weightBound?: number;
  /** What half-spaces are drawn from. Default 0. */
  readonly seed?: number;
}

/** The settings with defaults, as JSON. */
export interface GlnConfiguration {
  readonly inputs: number;
  readonly layers: readonly number[];
  readonly classes: number;
  /** Where classes were given by name. */
  readonly names?: readonly string[] | undefined;
  readonly halfSpaces: number;
  readonly offset: number;
  readonly base: 'logits' | 'probabilities';
  readonly learningRate: number;
  readonly decayFrom?: number | undefined;
  readonly epsilon: number;
  readonly weightBound: number;
}

const names = z
  .array(z.string(), { error: 'a number of classes or their names' })
  .min(2, { error: 'two classes or more' })
  .refine((list) => new Set(list).size === list.length, {
    error: 'a list of classes of which no two are called alike',
  });

const entries = {
  inputs: count(),
  layers: z.array(count(), { error: 'a list of numbers of neurons' }),
  halfSpaces: integer({ min: 1, max: 12 }).default(4),
  offset: finite({ min: 0 }).default(0.5),
  base: oneOf('logits', 'probabilities').default('logits'),
  learningRate: finite({ min: 0 }).default(0.01),
  decayFrom: count().optional(),
  epsilon: finite({ above: 0, below: 0.5 }).default(0.01),
  weightBound: finite({ above: 0 }).default(200),
};

const settingsSchema = z.object({
  ...entries,
  classes: z
    .union([integer({ min: 2 }), names], { error: 'a number of at least 2, or the names of classes' })
    .default(2),
  seed: integer({ min: 0 }).default(0),
});

/** What a file says, which has every entry. */
export const configurationSchema = z.object({ ...entries, classes: integer({ min: 2 }), names: names.optional() });

/** Weights of all classes' networks; 2³⁰ of them are 4 GiB. */
const MOST_WEIGHTS = 2 ** 30;

/** @throws {InputError} for settings that are unknown or out of range, and for networks that are too large */
export function checkGlnSettings(settings: GlnSettings): {
  readonly configuration: GlnConfiguration;
  readonly seed: number;
} {
  const { classes, seed, ...rest } = checkSettings('galu: createGln', settingsSchema, settings);
  const configuration =
    typeof classes === 'number' ? { ...rest, classes } : { ...rest, classes: classes.length, names: classes };
  checkWeightCount(configuration);
  return { configuration, seed };
}

/** @throws {InputError} `limit`, for more weights than there is room for */
export function checkWeightCount(configuration: GlnConfiguration): void {
  const weights = shapesOf(configuration).reduce(
    (sum, { weights: shape }) => sum + shape.reduce((a, b) => a * b, 1),
    0,
  );
  if (weights <= MOST_WEIGHTS) return;
  throw new InputError(
    'limit',
    `galu: createGln: networks of ${weights} weights are more than ${MOST_WEIGHTS}; take fewer neurons or half-spaces`,
  );
}

/** Shapes of a layer's arrays. */
export interface LayerShape {
  /** neurons × half-spaces × inputs */
  readonly normals: readonly [number, number, number];
  /** neurons × half-spaces */
  readonly offsets: readonly [number, number];
  /** networks × neurons × contexts × predictions of the layer before, a constant one first */
  readonly weights: readonly [number, number, number, number];
}

/** Of each layer, the last neuron's at the end. */
export function shapesOf({ inputs, layers, classes, halfSpaces }: GlnConfiguration): LayerShape[] {
  const networks = classes === 2 ? 1 : classes;
  return [...layers, 1].map((neurons, l) => ({
    normals: [neurons, halfSpaces, inputs],
    offsets: [neurons, halfSpaces],
    weights: [networks, neurons, 2 ** halfSpaces, 1 + (l === 0 ? inputs : layers[l - 1]!)],
  }));
}
