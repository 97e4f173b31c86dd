import { InputError } from '@unbraid/checks';
/**
 * Where the weight vectors of one tensor are in the flat parameters: the tensor [outer, neurons, inner] begins at entry
 * `offset`, and the incoming weights of neuron f are its entries (a, f, b) for all a and b, in that order.
 *
 * A dense kernel [in, out] has outer = in, neurons = out, inner = 1; a convolution's [filters, …] has outer = 1, neurons =
 * filters and inner = the rest; a bias as one vector has outer = 1, neurons = 1 and inner = its length.
 */
export interface WeightVectors {
  readonly offset: number;
  readonly outer: number;
  readonly neurons: number;
  readonly inner: number;
}

/**
 * The numbers of the tensor that the vectors make up.
 *
 * @throws InputError unless the vectors lie in `params`, and `other` has as many entries as they have
 */
export function tensorOf(
  kernel: string,
  params: Float32Array,
  vectors: WeightVectors,
  other: { readonly name: string; readonly length: number },
): Float32Array {
  const { offset, outer, neurons, inner } = vectors;
  for (const [name, value] of Object.entries({ offset, outer, neurons, inner })) {
    if (!(Number.isSafeInteger(value) && value >= 0)) {
      throw new InputError('data', `kernels: ${kernel}: vectors.${name} is a non-negative integer, got ${value}`);
    }
  }
  const length = outer * neurons * inner;
  const shape = `[${outer}, ${neurons}, ${inner}]`;
  if (offset + length > params.length) {
    throw new InputError(
      'data',
      `kernels: ${kernel}: vectors ${shape} from entry ${offset} on take ${offset + length} entries, params has ${params.length}`,
    );
  }
  if (other.length !== length) {
    throw new InputError(
      'data',
      `kernels: ${kernel}: vectors ${shape} have ${length} entries, ${other.name} has ${other.length}`,
    );
  }
  return params.subarray(offset, offset + length);
}
