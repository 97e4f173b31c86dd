import { InputError } from '@unbraid/checks';
import { layoutOf, leavesOf, type Shape } from '@unbraid/graph';
import type { WeightVectors } from '@unbraid/kernels';
import type { AnyModel, ParamSpec } from '@unbraid/nn';

/** Whether a parameter is left to the inner optimizer alone. */
export type Skip = (path: string, spec: ParamSpec) => boolean;

/**
 * The weight vectors of one parameter, each of them permuted within itself: the incoming weights of neuron f are the
 * entries (a, f, b) of the tensor seen as [outer, neurons, inner], for all a and b in that order.
 */
export interface LeafVectors extends WeightVectors {
  /** The parameter's path in the model's tree. */
  readonly path: string;
}

/**
 * The weight vectors that LaPerm permutes: a column of a dense weight `[in, out]`, a filter of a convolution
 * `[filters, channels/groups, kh, kw]` or of a transposed one `[channels, filters/groups, kh, kw]` (in one vector with the
 * filters at the same place of other groups), a whole bias. Left out are what `skip` names, what isn't trained by gradients
 * (`trainable: false`), and biases and batch norm parameters whose first values are all equal: permuting them would freeze
 * them.
 * @param initial the model's first parameters, flat
 * @throws {InputError} for parameters of another size
 */
export function weightVectors(model: AnyModel, initial: Float32Array, skip: Skip = () => false): LeafVectors[] {
  const layout = layoutOf(model.params, 'params');
  checkSize('initial parameters', initial, layout.size);
  return leavesOf<ParamSpec>(model.params).flatMap(({ path, value: spec }, i) => {
    const { offset, size } = layout.leaves[i]!;
    if (!spec.trainable || skip(path, spec)) return [];
    if (!isWeight(spec) && allEqual(initial.subarray(offset, offset + size))) return [];
    return { path, offset, ...dimensionsOf(spec) };
  });
}

/** The weight vectors of all parameters that are trained by gradients, whatever their first values. */
export function permutableVectors(model: AnyModel): LeafVectors[] {
  const layout = layoutOf(model.params, 'params');
  return leavesOf<ParamSpec>(model.params).flatMap(({ path, value: spec }, i) =>
    spec.trainable ? [{ path, offset: layout.leaves[i]!.offset, ...dimensionsOf(spec) }] : [],
  );
}

/** The weights of every layer that are trained, biases left out, and the number of all parameters. */
export function weightsOf(model: AnyModel): { readonly size: number; readonly leaves: readonly LeafVectors[] } {
  const layout = layoutOf(model.params, 'params');
  const leaves = leavesOf<ParamSpec>(model.params).flatMap(({ path, value: spec }, i) =>
    spec.trainable && isWeight(spec) ? [{ path, offset: layout.leaves[i]!.offset, ...dimensionsOf(spec) }] : [],
  );
  return { size: layout.size, leaves };
}

/** Weights have an axis of neurons and at least one more; biases and the parameters of batch norm have one axis. */
const isWeight = ({ shape }: ParamSpec): boolean => shape.length > 1;

/** Entries of each vector. */
export const lengthOf = ({ outer, inner }: WeightVectors): number => outer * inner;

/** Entries of all vectors. */
export const sizeOfVectors = (vectors: WeightVectors): number => vectors.neurons * lengthOf(vectors);

/** Each neuron and where the entries of its vector lie in the flat parameters, in the vector's order. */
export function* neuronsOf(vectors: WeightVectors): Generator<readonly [neuron: number, indices: Int32Array]> {
  const { offset, outer, neurons, inner } = vectors;
  for (let neuron = 0; neuron < neurons; neuron++) {
    const indices = new Int32Array(outer * inner);
    let at = 0;
    for (let a = 0; a < outer; a++) {
      const first = offset + (a * neurons + neuron) * inner;
      for (let b = 0; b < inner; b++) indices[at++] = first + b;
    }
    yield [neuron, indices];
  }
}

/** The bits of float32 numbers, which tell −0 from 0 and one NaN from another. */
export const bitsOf = ({ buffer, byteOffset, length }: Float32Array): Uint32Array =>
  new Uint32Array(buffer, byteOffset, length);

/** out[i] ← values[indices[i]] */
export function gather<A extends Float32Array | Uint32Array>(values: A, indices: Int32Array, out: A): A {
  for (let i = 0; i < indices.length; i++) out[i] = values[indices[i]!]!;
  return out;
}

/** @throws {InputError} unless there is a value for each parameter */
export function checkSize(name: string, values: Float32Array, size: number): void {
  if (values.length === size) return;
  throw new InputError('data', `laperm: the ${name} are ${values.length} values, the model has ${size} parameters`);
}

function dimensionsOf(spec: ParamSpec): Omit<WeightVectors, 'offset'> {
  const { shape } = spec;
  if (!isWeight(spec)) return { outer: 1, neurons: 1, inner: product(shape) };
  // Weights that don't say: matrices [in, out], filters first in all others.
  const axis = spec.neuronAxis ?? (shape.length === 2 ? 1 : 0);
  return { outer: product(shape.slice(0, axis)), neurons: shape[axis]!, inner: product(shape.slice(axis + 1)) };
}

const product = (shape: Shape): number => shape.reduce((all, d) => all * d, 1);

const allEqual = (values: Float32Array): boolean => values.every((value) => value === values[0]);
