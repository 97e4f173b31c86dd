import { checkSettings, count, finite, type MatrixLike, oneOf } from '@unbraid/checks';
import { object } from 'zod';
import { type InfiniteKernel, type InfiniteLayer, infiniteKernels } from './infinite/infinite-kernels.ts';
import { type InfiniteActivation, infiniteActivations } from './infinite/means.ts';

/** A fully connected network of infinite width. */
export interface InfiniteNetwork {
  /** φ; for `relu`, `erf` and `gelu` its Gaussian means have a closed form, for the others they are series to 1e-9. */
  readonly activation: InfiniteActivation;
  /** Hidden layers. Default 1. */
  readonly depth?: number;
  /**
   * `all` (the default) for the kernel of a network whose every weight is trained; `hidden` leaves out the output layer's own term. With
   * one hidden layer of ReLU that is the infinite GaLU kernel of `@unbraid/galu` divided by d: gates that are fixed.
   */
  readonly trained?: 'all' | 'hidden';
  /** `tangent` (the default), or `nngp`: the covariance of outputs over random networks. */
  readonly kernel?: 'tangent' | 'nngp';
  /** σ_w: weights start as σ_w · N(0, 1) / √fan-in. Default 1. */
  readonly weightStd?: number;
  /** σ_b: biases start as σ_b · N(0, 1). Default 0: none. */
  readonly biasStd?: number;
}

const settings = object({
  activation: oneOf(...infiniteActivations),
  depth: count().default(1),
  trained: oneOf('all', 'hidden').default('all'),
  kernel: oneOf('tangent', 'nngp').default('tangent'),
  weightStd: finite({ min: 0 }).default(1),
  biasStd: finite({ min: 0 }).default(0),
});

/**
 * The limit of the tangent kernel of `ntkNetwork` for infinite width: Θ⁽ˡ⁺¹⁾ = Σ⁽ˡ⁺¹⁾ + σ_w² Θ⁽ˡ⁾ · E φ'(u) φ'(v), where Σ⁽ˡ⁺¹⁾ = σ_w² E φ(u) φ(v) + σ_b² with (u, v)
 * Gaussian of covariance Σ⁽ˡ⁾, and Θ⁽¹⁾ = Σ⁽¹⁾ = σ_w² x·z / d + σ_b² (Jacot, Gabriel and Hongler 2018, theorem 1); or Σ⁽ᴸ⁺¹⁾ itself. rows(x) × rows(z).
 * @throws {InputError} for settings out of range, inputs of another width, those of norm 0 on which the network doesn't depend, or a kernel that overflows float32
 */
export function infiniteKernel(network: InfiniteNetwork, xs: MatrixLike, zs: MatrixLike = xs): InfiniteKernel {
  const checked = checkSettings('linearity: infiniteKernel', settings, network);
  const { activation, depth, trained, kernel, weightStd, biasStd } = checked;
  const dense = { layer: 'dense', weightStd, biasStd } as const;
  const hidden = { layer: 'activation', activation } as const;
  const layers: InfiniteLayer[] = [
    dense,
    ...Array.from({ length: depth }, (_, i) => {
      const isOutput = i === depth - 1;
      return [hidden, { ...dense, trained: !(isOutput && trained === 'hidden') }];
    }).flat(),
  ];
  return infiniteKernels({ layers }, xs, zs)[kernel];
}
