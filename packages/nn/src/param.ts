import { checkSettings, finite, integer } from '@unbraid/checks';
import { type Shape, spec, type TensorSpec } from '@unbraid/graph';
import * as z from 'zod';
import { initializerSetting } from './initializers/check-initializer.ts';
import type { Fans, Initializer } from './initializers/initializer.ts';

/** A float32 tensor of a model: its shape, and how its first values are made. */
export interface ParamSpec extends TensorSpec {
  readonly initializer: Initializer;
  readonly fans: Fans;
  /** Whether gradients move it. What is false changes by `Mode.update` alone: no optimizer, no decay touches it. */
  readonly trainable: boolean;
  /** Of weights: the axis that counts the layer's outputs. The entries at a place of it are one neuron's incoming weights. */
  readonly neuronAxis?: number;
}

/** What a parameter may say beside its shape. */
export type ParamOptions = Partial<Fans> & Pick<ParamSpec, 'neuronAxis'>;

const schema = z.object({
  initializer: initializerSetting(),
  fanIn: finite({ above: 0 }).optional(),
  fanOut: finite({ above: 0 }).optional(),
  neuronAxis: integer({ min: 0 }).optional(),
});

/**
 * Describes a parameter that is trained.
 * @param options fans are by default those of a matrix `[fanIn, fanOut]` that inputs are multiplied by from the left;
 * leading axes count to fanIn
 * @throws {InputError} for options that are unknown or out of range, and for an initializer that is none
 */
export function param(shape: Shape, initializer: Initializer, options: ParamOptions = {}): ParamSpec {
  const { neuronAxis, fanIn, fanOut } = checkSettings('nn: param', schema, { initializer, ...options });
  const usual = fansOf(shape);
  return {
    ...spec(shape),
    initializer,
    fans: { fanIn: fanIn ?? usual.fanIn, fanOut: fanOut ?? usual.fanOut },
    trainable: true,
    ...(neuronAxis !== undefined && { neuronAxis }),
  };
}

/** Describes a parameter that no gradient moves, such as a running mean: a layer changes it by `Mode.update`. */
export const fixedParam = (shape: Shape, initializer: Initializer): ParamSpec => ({
  ...param(shape, initializer),
  trainable: false,
});

function fansOf(shape: Shape): Fans {
  const fanOut = shape.at(-1) ?? 1;
  return { fanIn: shape.slice(0, -1).reduce((product, size) => product * size, 1), fanOut };
}
