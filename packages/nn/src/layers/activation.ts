import { InputError, unknownName } from '@unbraid/checks';
import {
  add,
  clamp,
  exp,
  gelu,
  maximum,
  minimum,
  mul,
  relu,
  sigmoid,
  softplus,
  sub,
  type Tensor,
  tanh,
} from '@unbraid/graph';
import type { Model } from '../model.ts';
import { described } from '../saved/description.ts';

/** Constants of Klambauer et al. 2017, equation 14. */
const SELU = { scale: 1.0507009873554805, alpha: 1.6732632423543772 };

/** α · (eˣ − 1) below 0, which never overflows above. */
const below = (x: Tensor, alpha: number): Tensor => mul(sub(exp(minimum(x, 0)), 1), alpha);

/** Names of activations. */
export type ActivationName =
  | 'relu'
  | 'tanh'
  | 'sigmoid'
  | 'softplus'
  | 'gelu'
  | 'geluTanh'
  | 'silu'
  | 'hardSwish'
  | 'hardSigmoid'
  | 'leakyRelu'
  | 'elu'
  | 'selu'
  | 'mish';

const functions: Readonly<Record<ActivationName, (x: Tensor) => Tensor>> = {
  relu,
  tanh,
  sigmoid,
  softplus,
  /** x · Φ(x), Φ the standard normal distribution function (Hendrycks and Gimpel 2016). */
  gelu: (x: Tensor) => gelu(x),
  /** The same with tanh in place of Φ, as in GPT-2. */
  geluTanh: (x: Tensor) => gelu(x, { approximate: 'tanh' }),
  /** x · σ(x), also called swish (Elfwing et al. 2018). */
  silu: (x: Tensor) => mul(x, sigmoid(x)),
  /** x · min(max(x + 3, 0), 6) / 6 (Howard et al. 2019, section 5.2). */
  hardSwish: (x: Tensor) => mul(x, mul(clamp(add(x, 3), 0, 6), 1 / 6)),
  /** min(max(x + 3, 0), 6) / 6 */
  hardSigmoid: (x: Tensor) => mul(clamp(add(x, 3), 0, 6), 1 / 6),
  /** x, and 0.01 · x below 0 (Maas et al. 2013). */
  leakyRelu: (x: Tensor) => maximum(x, mul(x, 0.01)),
  /** x, and eˣ − 1 below 0 (Clevert et al. 2016). */
  elu: (x: Tensor) => add(relu(x), below(x, 1)),
  selu: (x: Tensor) => mul(add(relu(x), below(x, SELU.alpha)), SELU.scale),
  /** x · tanh(softplus(x)) (Misra 2020). */
  mish: (x: Tensor) => mul(x, tanh(softplus(x))),
};

/** The names of all activations. */
export const ACTIVATIONS = Object.keys(functions) as [ActivationName, ...ActivationName[]];

/** The function of one entry that a name stands for. */
export const functionOf = (name: ActivationName): ((x: Tensor) => Tensor) => functions[name];

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
