import type { AnyModel } from '@unbraid/nn';
import { checkSize, gather, lengthOf, neuronsOf, weightsOf } from './weight-vectors.ts';

/** The weights of one layer, each neuron's sorted: the curves of a weight profile. */
export interface WeightProfile {
  readonly path: string;
  readonly neurons: number;
  /** Weights of a neuron. */
  readonly length: number;
  /** neurons × length, row-major, each row ascending. */
  readonly sorted: Float32Array;
}

/**
 * The weight profile of every layer (Qiu and Suda 2020, section 2). Permuting weights within a neuron leaves it as it is.
 * @throws {InputError} for parameters of another size
 */
export function weightProfiles(model: AnyModel, params: Float32Array): WeightProfile[] {
  const { size, leaves } = weightsOf(model);
  checkSize('parameters', params, size);
  return leaves.map((leaf) => {
    const length = lengthOf(leaf);
    const sorted = new Float32Array(leaf.neurons * length);
    for (const [neuron, indices] of neuronsOf(leaf)) {
      gather(params, indices, sorted.subarray(neuron * length, (neuron + 1) * length)).sort();
    }
    return { path: leaf.path, neurons: leaf.neurons, length, sorted };
  });
}

/** The different values among `values`, ascending; of a weight-agnostic layer 0 and the shared value. */
export const distinctValues = (values: Float32Array): Float32Array => Float32Array.from(new Set(values)).sort();
