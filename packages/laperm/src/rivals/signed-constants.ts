import { checkSettings, given } from '@unbraid/checks';
import { leavesOf } from '@unbraid/graph';
import { type Seed, streamOf } from '@unbraid/kernels';
import type { AnyModel, Initializer, ParamSpec } from '@unbraid/nn';
import * as z from 'zod';
import { type PerLayer, perLayer } from '../per-layer.ts';
import { seedSetting } from '../seed-setting.ts';
import { checkSize, sizeOfVectors, weightsOf } from '../weight-vectors.ts';
import { checkShare } from './masked-leaves.ts';

/** What `signedConstants` takes beside a model and its parameters. */
export interface SignedConstantsOptions {
  /** The share of each layer's weights that will be chosen, above 0 and at most 1, or one for each layer. Default 1. */
  readonly keep?: PerLayer;
  /** Of the signs: a whole number, or a stream, which is not advanced. Default 0. */
  readonly seed?: Seed;
}

const schema = z.object({ keep: given<PerLayer>().default(1), seed: seedSetting() });

/**
 * A copy of the parameters in which every weight is σ or −σ, with σ = √(2 / (fanIn · keep)), so that activations keep their size where a share `keep`
 * of the weights is there (Ramanujan et al. 2020, section 3.1: the signed Kaiming constant, scaled by √(1/k)). Biases stay.
 * @throws {InputError} for a setting that is unknown, a share outside (0, 1], and for parameters of another size
 */
export function signedConstants(
  model: AnyModel,
  params: Float32Array,
  options: SignedConstantsOptions = {},
): Float32Array {
  const { keep, seed } = checkSettings('laperm: signedConstants', schema, options);
  const random = streamOf(seed);
  const { size, leaves } = weightsOf(model);
  checkSize('parameters', params, size);
  const shares = perLayer('shares to keep', keep, leaves.length);
  const specs = new Map(leavesOf<ParamSpec>(model.params).map(({ path, value }) => [path, value]));
  const signed = params.slice();
  for (const [i, leaf] of leaves.entries()) {
    const out = signed.subarray(leaf.offset, leaf.offset + sizeOfVectors(leaf));
    signedConstant(shares[i]!).fill(out, random.split(leaf.path), specs.get(leaf.path)!.fans);
  }
  return signed;
}

/** The same of one parameter. */
export function signedConstant(keep: number): Initializer {
  checkShare(keep);
  return {
    fill(out, random, { fanIn }) {
      const sigma = Math.sqrt(2 / (fanIn * keep));
      random.sign(out);
      for (let i = 0; i < out.length; i++) out[i]! *= sigma;
    },
  };
}
