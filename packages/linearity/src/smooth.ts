import { InputError } from '@unbraid/checks';
import { leavesOf, type Tensor } from '@unbraid/graph';

/** Operators with kinks, where there is no second derivative, and pieces in between, where it leaves the kinks out. */
const KINKED = new Set([
  ...['relu', 'abs', 'sign', 'maximum', 'minimum', 'clamp', 'maxPool2d', 'reduceMax', 'reduceMin', 'topK'],
  ...['floor', 'ceil', 'round', 'mod', 'fmod'],
]);

/**
 * The operators by which `y` is computed that have no second derivative everywhere, by name, and `where` whose choice depends on the weights, as in a leaky
 * ReLU.
 * @param weights a tree of tensors; without it choices are not looked at
 */
export function kinksOf(y: Tensor, weights?: Tensor): string[] {
  const tensors = [...upstream(y)];
  const names = tensors.map(({ operator }) => operator.name).filter((name) => KINKED.has(name));
  const own = new Set(weights === undefined ? [] : leavesOf<Tensor>(weights).map(({ value }) => value));
  const isChoice = ({ operator, inputs }: Tensor) =>
    operator.name === 'where' && [...upstream(inputs[0]!)].some((tensor) => own.has(tensor));
  return [...new Set([...names, ...(own.size > 0 && tensors.some(isChoice) ? ['where'] : [])])];
}

/**
 * @param what is to be computed: `the Hessian`
 * @throws {InputError} naming the operator, where `y` is computed by one that has no second derivative
 */
export function requireSmooth(what: string, y: Tensor): void {
  const [kinked] = kinksOf(y);
  if (kinked === undefined) return;
  throw new InputError(
    'model',
    `linearity: ${what} of a network with ${kinked} is not defined: its second derivative is 0 on each side of the kink and does not ` +
      'exist there, so the result would leave out what makes the network bend; take a smooth activation such as tanh, swish, gelu, softplus or erf',
  );
}

/** A tensor and all that it is computed from. */
function upstream(root: Tensor): Set<Tensor> {
  const seen = new Set<Tensor>([root]);
  // A set grows while it is walked.
  for (const tensor of seen) for (const input of tensor.inputs) seen.add(input);
  return seen;
}
