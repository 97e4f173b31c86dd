import { InputError, unknownName } from '@unbraid/checks';
import { add, erf, mul, relu, sigmoid, softplus, type Tensor, tanh } from '@unbraid/graph';
import type { Model } from '../model.ts';
import { described } from '../saved/description.ts';

/** x · Φ(x), Φ the standard normal distribution function (Hendrycks and Gimpel 2016). */
const gelu = (x: Tensor): Tensor => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));

/** Names of activations. */
export type ActivationName = 'relu' | 'tanh' | 'sigmoid' | 'softplus' | 'gelu';

const functions: Readonly<Record<ActivationName, (x: Tensor) => Tensor>> = { relu, tanh, sigmoid, softplus, gelu };

/**
 * A layer without parameters that applies a function to every entry: one of ours by name, or any function of tensors.
 * @throws {InputError} for a name that isn't one of ours, with the nearest that are
 */
export function activation(f: ActivationName | ((x: Tensor) => Tensor)): Model<Readonly<Record<string, never>>> {
  const apply = typeof f === 'function' ? f : Object.hasOwn(functions, f) && functions[f];
  if (!apply) throw new InputError('setting', `nn: ${unknownName('activation', String(f), Object.keys(functions))}`);
  const layer: Model<Readonly<Record<string, never>>> = {
    name: typeof f === 'string' ? f : f.name || 'activation',
    params: {},
    apply: (_, x) => apply(x),
  };
  return typeof f === 'string' ? described(layer, { layer: 'activation', settings: { function: f } }) : layer;
}
