import { callback, checkSettings, given, having, oneOf } from '@unbraid/checks';
import { type Seed, streamOf } from '@unbraid/kernels';
import { adam, type Optimizer } from '@unbraid/nn';
import * as z from 'zod';
import { innerSettings } from '../inner-optimizer.ts';
import type { PerLayer } from '../per-layer.ts';
import { seedSetting } from '../seed-setting.ts';
import type { Skip } from '../weight-vectors.ts';
import { scoreLayer } from './first-scores.ts';
import { type Ranking, scoredOptimizer } from './scored-optimizer.ts';

/** What `edgePopup` takes. */
export interface EdgePopupSettings {
  /** k: the share of each layer's weights that is chosen, above 0 and at most 1, or one for each layer. */
  readonly keep: PerLayer;
  /** What moves the scores; the learning rate is `fit`'s. Default `adam()`; the authors take `momentum({ l2: 1e-4 })` at a rate of 0.1. */
  readonly inner?: Optimizer;
  /** Scores are compared by their size, as in the authors' code, or as they are. Default `magnitude`. */
  readonly ranking?: Ranking;
  /** Parameters that the inner optimizer trains as they are, such as biases. Default none. */
  readonly skip?: Skip;
  /** Of the first scores: a whole number, or a stream, which is not advanced. Default 0. */
  readonly seed?: Seed;
  /** The first scores, one for each parameter of the model in flat order; those of weights are read. Default: drawn. */
  readonly scores?: Float32Array;
}

/** Settings that every method with scores has. */
export const scoreSchema = z.object({
  keep: given<PerLayer>(),
  inner: having<Optimizer>('an optimizer', 'name', 'settings', 'create').optional(),
  ranking: oneOf('magnitude', 'value').optional(),
  skip: callback<Skip>().optional(),
  seed: seedSetting(),
  scores: z.custom<Float32Array>((value) => value instanceof Float32Array, { error: 'a Float32Array' }).optional(),
});

/**
 * Edge-popup (Ramanujan et al. 2020, "What's hidden in a randomly weighted neural network?", section 3): weights keep their first values, and a score of
 * each decides whether it is there. A layer's weights with the largest scores are used, the others are 0; scores are trained by gradients that pass
 * straight through the choice. Biases and the parameters of normalization keep their first values. `signedConstants` makes the first weights that
 * did best there. `fit` begins with the masked weights, and returns them.
 * @throws {InputError} for settings that are unknown or out of range; from `create`, for shares or scores that don't fit the model
 */
export function edgePopup(settings: EdgePopupSettings): Optimizer {
  const { inner = adam(), ranking = 'magnitude', ...own } = checkSettings('laperm: edgePopup', scoreSchema, settings);
  return scoredOptimizer({
    ...own,
    name: 'edgePopup',
    settings: scoreFacts({ ...own, inner, ranking }),
    inner,
    ranking,
    score: scoreLayer(own.scores ?? streamOf(own.seed)),
  });
}

/** What a checkpoint must agree with. */
export const scoreFacts = ({
  inner,
  keep,
  ranking,
}: Pick<Required<EdgePopupSettings>, 'inner' | 'keep' | 'ranking'>): Optimizer['settings'] => ({
  inner: inner.name,
  keep: typeof keep === 'number' ? keep : keep.join(' '),
  ranking,
  ...innerSettings(inner),
});
