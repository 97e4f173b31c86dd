import { InputError } from '@unbraid/checks';
import type { Tensor } from '@unbraid/graph';

/** Operators with kinks, where there is no second derivative, and pieces in between, where it leaves the kinks out. */
const KINKED = new Set(['relu', 'abs', 'sign', 'maximum', 'minimum', 'clamp', 'maxPool2d', 'reduceMax', 'reduceMin']);

/**
 * @param what is to be computed: `the Hessian`
 * @throws {InputError} naming the operator, where `y` is computed by one that has no second derivative
 */
export function requireSmooth(what: string, y: Tensor): void {
  const kinked = operatorsOf(y).find((name) => KINKED.has(name));
  if (kinked === undefined) return;
  throw new InputError(
    'model',
    `linearity: ${what} of a network with ${kinked} is not defined: its second derivative is 0 on each side of the kink and does not ` +
      'exist there, so the result would leave out what makes the network bend; take a smooth activation such as tanh, swish, gelu, softplus or erf',
  );
}

function operatorsOf(root: Tensor): string[] {
  const seen = new Set<Tensor>([root]);
  // A set grows while it is walked.
  for (const tensor of seen) for (const input of tensor.inputs) seen.add(input);
  return [...seen].map(({ operator }) => operator.name);
}
