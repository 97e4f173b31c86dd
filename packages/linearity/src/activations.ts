import { InputError } from '@unbraid/checks';
import { add, erf, mul, relu, sigmoid, softplus, type Tensor, tanh } from '@unbraid/graph';

/** x · sigmoid(x) (Ramachandran, Zoph and Le 2017). */
const swish = (x: Tensor): Tensor => mul(x, sigmoid(x));

/** x · Φ(x), Φ the standard normal distribution function (Hendrycks and Gimpel 2016). */
const gelu = (x: Tensor): Tensor => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));

/** Names of activations. */
export const activationNames = ['tanh', 'swish', 'gelu', 'softplus', 'sigmoid', 'erf', 'relu'] as const;

/** φ of a network. All but `relu` have a second derivative, which Hessians need. */
export type ActivationName = (typeof activationNames)[number];

const activations: Readonly<Record<ActivationName, (x: Tensor) => Tensor>> = {
  tanh,
  swish,
  gelu,
  softplus,
  sigmoid,
  erf,
  relu,
};

/** The activation of a name. @throws {InputError} for a name that is not there */
export function activationOf(name: ActivationName): (x: Tensor) => Tensor {
  if (!Object.hasOwn(activations, name)) {
    throw new InputError(
      'setting',
      `linearity: there is no activation ${name}; there are ${activationNames.join(', ')}`,
    );
  }
  return activations[name];
}
