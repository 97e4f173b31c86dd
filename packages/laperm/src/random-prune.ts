import { checkSettings, finite, given, InputError } from '@unbraid/checks';
import { type Seed, streamOf } from '@unbraid/kernels';
import type { AnyModel } from '@unbraid/nn';
import * as z from 'zod';
import { type PerLayer, perLayer } from './per-layer.ts';
import { seedSetting } from './seed-setting.ts';
import { checkSize, sizeOfVectors, weightsOf } from './weight-vectors.ts';

/** What `randomPrune` takes beside a model and its parameters. */
export interface PruneOptions {
  /** p: the share of each layer's weights that is set to zero, or one for each layer. */
  readonly rate: PerLayer;
  /** Of what is drawn: a whole number, or a stream, which is not advanced. Default 0. */
  readonly seed?: Seed;
  /** The first layer is pruned at most by this; not where `rate` is a list. Default 0.2, as in the paper. */
  readonly firstLayerAtMost?: number;
}

/**
 * A copy of the parameters with a share of each layer's weights set to zero, anywhere in the layer with equal
 * probability (Qiu and Suda 2020, section 5.4). Biases stay. Zeros take part in permutations, so connections move.
 * @throws {InputError} for a setting that is unknown, a rate outside [0, 1), and for parameters of another size
 */
export function randomPrune(model: AnyModel, params: Float32Array, options: PruneOptions): Float32Array {
  const { rate, seed, firstLayerAtMost } = checkSettings('laperm: randomPrune', schema, options);
  const random = streamOf(seed);
  const { size, leaves } = weightsOf(model);
  checkSize('parameters', params, size);
  const rates = perLayer('pruning rates', rate, leaves.length);
  for (const each of [...rates, firstLayerAtMost]) checkRate(each);
  const pruned = params.slice();
  for (const [i, leaf] of leaves.entries()) {
    const share = i === 0 && typeof rate === 'number' ? Math.min(rate, firstLayerAtMost) : rates[i]!;
    const entries = sizeOfVectors(leaf);
    const zeros = random
      .split(leaf.path)
      .permutation(entries)
      .subarray(0, Math.round(share * entries));
    for (const entry of zeros) pruned[leaf.offset + entry] = 0;
  }
  return pruned;
}

const schema = z.object({
  rate: given<PerLayer>(),
  seed: seedSetting(),
  firstLayerAtMost: finite().default(0.2),
});

function checkRate(rate: number): void {
  if (rate >= 0 && rate < 1) return;
  throw new InputError('setting', `laperm: a pruning rate is ${rate}; a share of at least 0 and below 1 is needed`);
}
