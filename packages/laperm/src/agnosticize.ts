import { checkSettings, finite, flag, given, InputError } from '@unbraid/checks';
import { type Random, type Seed, streamOf } from '@unbraid/kernels';
import type { AnyModel } from '@unbraid/nn';
import * as z from 'zod';
import { type PerLayer, perLayer } from './per-layer.ts';
import { seedSetting } from './seed-setting.ts';
import { checkSize, type LeafVectors, lengthOf, neuronsOf, weightsOf } from './weight-vectors.ts';

/** What `agnosticize` takes beside a model and its parameters. */
export interface AgnosticOptions {
  /** The one value that weights have where they are not 0. */
  readonly value: number;
  /** The share of weights that have it, above 0 and at most 1, or one for each layer. */
  readonly keep: PerLayer;
  /**
   * Give every neuron of a layer the same number of weights. Default false: each weight is kept with probability `keep`, as
   * in the paper, and neurons with more weights have larger outputs.
   */
  readonly balanced?: boolean;
  /** Of what is drawn: a whole number, or a stream, which is not advanced. Default 0. */
  readonly seed?: Seed;
}

/**
 * A copy of the parameters in which every weight is 0 or one shared value (Qiu and Suda 2020, section 5.5). Biases stay.
 * @throws {InputError} for a setting that is unknown, a value that is 0 or not finite, a share outside (0, 1] or one that leaves a balanced neuron
 * without weights, and for parameters of another size
 */
export function agnosticize(model: AnyModel, params: Float32Array, options: AgnosticOptions): Float32Array {
  const { value, keep, balanced, seed } = checkSettings('laperm: agnosticize', schema, options);
  if (!Number.isFinite(Math.fround(value)) || Math.fround(value) === 0) {
    throw new InputError('setting', `laperm: the value to share is ${value}; a finite number other than 0 is needed`);
  }
  const random = streamOf(seed);
  const { size, leaves } = weightsOf(model);
  checkSize('parameters', params, size);
  const shares = perLayer('shares to keep', keep, leaves.length);
  const shared = params.slice();
  for (const [i, leaf] of leaves.entries()) {
    const draw = maskOf(leaf, shares[i]!, balanced);
    const stream = random.split(leaf.path);
    for (const [neuron, indices] of neuronsOf(leaf)) {
      const kept = draw(stream.split(neuron));
      for (const [place, index] of indices.entries()) shared[index] = kept(place) ? value : 0;
    }
  }
  return shared;
}

const schema = z.object({
  value: finite(),
  keep: given<PerLayer>(),
  balanced: flag().default(false),
  seed: seedSetting(),
});

/** Draws which of a neuron's weights are kept, by place. */
type Mask = (random: Random) => (place: number) => boolean;

function maskOf(leaf: LeafVectors, share: number, balanced: boolean): Mask {
  if (!(share > 0 && share <= 1)) {
    throw new InputError('setting', `laperm: the share to keep is ${share}; a number above 0 and at most 1 is needed`);
  }
  const length = lengthOf(leaf);
  if (!balanced) {
    return (random) => {
      const numbers = random.uniform(new Float64Array(length));
      return (place) => numbers[place]! < share;
    };
  }
  const count = Math.round(share * length);
  if (count === 0) {
    throw new InputError(
      'setting',
      `laperm: a share of ${share} leaves no weights in ${leaf.path}, whose neurons have ${length}; keep more`,
    );
  }
  return (random) => {
    const order = random.permutation(length);
    return (place) => order[place]! < count;
  };
}
