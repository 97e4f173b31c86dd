import { type Shape, sizeOf, type Tensor } from '@unbraid/graph';
import { isEntrywise } from './row-axis.ts';

/** The first axis that an operator doesn't go through one by one, with the same done at each place of the axes before it. */
type FirstAxis = (tensor: Tensor) => number;

const attribute = <T>({ attributes }: Tensor, name: string): T => attributes[name] as T;

/** Of a product all axes before the matrices, or those before the last where one matrix on the right is shared. */
const product: FirstAxis = ({ inputs, attributes, shape }) =>
  inputs[1]!.shape.length === 2 && attributes.transposeA !== true ? shape.length - 1 : shape.length - 2;

const first = (axes: Shape): number => Math.min(...axes);

/** The first axis along which something is cut off or added. */
const changed: FirstAxis = ({ inputs: [x], shape }) => {
  const at = shape.findIndex((size, axis) => size !== x!.shape[axis]);
  return at < 0 ? shape.length : at;
};

/** The same, or the first along which entries are taken in another order. */
const cut: FirstAxis = (tensor) => {
  const at = attribute<Shape>(tensor, 'steps').findIndex((step) => step !== 1);
  return Math.min(changed(tensor), at < 0 ? tensor.shape.length : at);
};

const turned: FirstAxis = (tensor) => {
  const at = attribute<Shape>(tensor, 'permutation').findIndex((from, to) => from !== to);
  return at < 0 ? tensor.shape.length : at;
};

const repeated: FirstAxis = ({ inputs, shape }) => {
  const alike = inputs.filter((input) => input.shape.length === shape.length);
  const at = shape.findIndex((size, axis) => alike.some((input) => input.shape[axis] !== size));
  return at < 0 ? shape.length : at;
};

const along: FirstAxis = (tensor) => attribute<number>(tensor, 'axis');
const reduced: FirstAxis = (tensor) => first(attribute<Shape>(tensor, 'axes'));
const images: FirstAxis = () => 1;

const firstAxes = new Map<string, FirstAxis>([
  ...named(product, 'matmul', 'gemm'),
  ...named(reduced, 'reduceSum', 'reduceSumSquare', 'reduceMean', 'reduceMax', 'reduceMin', 'norm', 'logSumExp'),
  ...named(along, 'softmax', 'logSoftmax', 'cumSum', 'argMax', 'layerNorm', 'concat', 'gather', 'topK'),
  ...named(turned, 'transpose'),
  ...named(changed, 'pad'),
  ...named(cut, 'slice'),
  ...named(images, 'conv2d', 'convTranspose2d', 'maxPool2d', 'averagePool2d', 'repeat2d'),
]);

function named(rule: FirstAxis, ...names: string[]): [string, FirstAxis][] {
  return names.map((name) => [name, rule]);
}

/**
 * How many neighbours in row-major order depend on the same row after an operator whose operands' rows stand in blocks, though no axis counts rows, as where
 * `[rows, time, width]` was reshaped to `[rows · time, width]`; undefined where rows may meet.
 * @param inners of each operand, as `meetingOf` has them; undefined for those that depend on no row
 */
export function innerOfBlocks(tensor: Tensor, inners: readonly (number | undefined)[]): number | undefined {
  const { inputs, shape, operator } = tensor;
  if ('host' in operator) return undefined;
  const from = (isEntrywise(tensor) ? repeated : firstAxes.get(operator.name))?.(tensor);
  if (from === undefined) return undefined;
  const lead = shape.slice(0, from).join();
  const counts = inners.map((inner, i) => {
    if (inner === undefined) return undefined;
    const own = inputs[i]!.shape;
    if (own.slice(0, from).join() !== lead) return Number.NaN;
    return inner / sizeOf(own.slice(from));
  });
  const [count, ...others] = counts.filter((each) => each !== undefined);
  const isWhole = Number.isInteger(count) && others.every((other) => other === count);
  return isWhole && sharesOthers(tensor, inners) ? count! * sizeOf(shape.slice(from)) : undefined;
}

/** Operands that are the same for all blocks must not depend on rows. */
function sharesOthers({ operator: { name }, inputs }: Tensor, inners: readonly (number | undefined)[]): boolean {
  const isShared =
    ['gemm', 'gather', 'layerNorm', 'conv2d', 'convTranspose2d'].includes(name) ||
    (name === 'matmul' && inputs[1]!.shape.length === 2);
  return !isShared || inners.slice(1).every((inner) => inner === undefined);
}
