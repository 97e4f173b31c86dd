import { checkSettings, count, finite } from '@unbraid/checks';
import { type ActivationName, type AnyModel, activation, dense, orthogonal, sequential } from '@unbraid/nn';
import * as z from 'zod';

/** What `mlp` takes. */
export interface MlpOptions {
  /** Numbers that it reads. */
  readonly inputs: number;
  /** Neurons of each hidden layer. Default two of 64. */
  readonly hidden?: readonly number[];
  /** Numbers that it gives. */
  readonly outputs: number;
  /** After each hidden layer. Default `tanh`. */
  readonly activation?: ActivationName;
  /** Singular values of the last layer's weights at first; those of hidden layers are √2. Default 1. */
  readonly gain?: number;
}

/** Sizes of hidden layers, as a setting. */
export const hiddenSetting = () => z.array(count(), { error: 'a list of numbers of neurons' });

const schema = z.object({
  inputs: count(),
  hidden: hiddenSetting().default([64, 64]),
  outputs: count(),
  activation: z.string({ error: 'the name of an activation' }).default('tanh'),
  gain: finite({ min: 0 }).default(1),
});

/**
 * Dense layers with an activation between them, weights orthogonal at first and biases 0, as Stable-Baselines3's policies begin.
 * @throws {InputError} in one line, for settings that are unknown or out of range
 */
export function mlp(options: MlpOptions): AnyModel {
  const { inputs, hidden, outputs, activation: name, gain } = checkSettings('learners: mlp', schema, options);
  const widths = [inputs, ...hidden];
  const layers = hidden.flatMap((width, i): AnyModel[] => [
    dense(widths[i]!, width, { init: orthogonal(Math.SQRT2) }),
    activation(name as ActivationName),
  ]);
  layers.push(dense(widths.at(-1)!, outputs, { init: orthogonal(gain) }));
  // As a function of layers of any type: that of their parameters is of unknown depth.
  return (sequential as (layers: readonly AnyModel[]) => AnyModel)(layers);
}
