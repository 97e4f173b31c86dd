import { checkSettings, count, finite, having } from '@unbraid/checks';
import { streamOf } from '@unbraid/kernels';
import { adam, type Initializer, type Optimizer } from '@unbraid/nn';
import { type EdgePopupSettings, scoreFacts, scoreSchema } from './edge-popup.ts';
import { scoreLayer } from './first-scores.ts';
import type { MaskedLeaf } from './masked-leaves.ts';
import { scoredOptimizer } from './scored-optimizer.ts';
import { signedConstant } from './signed-constants.ts';

/** What `iteRand` takes: what `edgePopup` does, and how weights are drawn anew. */
export interface IteRandSettings extends EdgePopupSettings {
  /** K: weights are drawn anew after each step, counted from 1, that it divides. */
  readonly period: number;
  /** r: the share of the weights that aren't chosen which is drawn anew, above 0 and at most 1. Default 0.1, as the authors'. */
  readonly rate?: number;
  /** What new weights are drawn from. Default: that of `signedConstants`, of the layer's `keep`. */
  readonly draw?: Initializer;
}

const schema = scoreSchema.extend({
  period: count(),
  rate: finite({ above: 0, max: 1 }).default(0.1),
  draw: having<Initializer>('an initializer', 'fill').optional(),
});

/**
 * Iterative randomization (Chijiwa et al. 2021, "Pruning randomly initialized neural networks with iterative randomization", algorithm 1): edge-popup in
 * which weights that aren't chosen are drawn anew after every K steps, each with probability r. A weight so gets several chances. Scores are
 * compared as they are, as in the authors' code, unless `ranking` says otherwise. What a trained network is, then, isn't in its seed and mask alone:
 * `descriptionBits` counts the values, too.
 * @throws {InputError} as `edgePopup`
 */
export function iteRand(settings: IteRandSettings): Optimizer {
  const checked = checkSettings('laperm: iteRand', schema, settings);
  const { inner = adam(), ranking = 'value', period, rate, draw, ...own } = checked;
  const random = streamOf(own.seed).split('weights');
  const redraw = (weights: Float32Array, chosen: Uint8Array, leaf: MaskedLeaf, step: number) => {
    if (step % period !== 0) return;
    const stream = random.split(leaf.path).split(step / period);
    const fresh = new Float32Array(leaf.size);
    (draw ?? signedConstant(leaf.keep)).fill(fresh, stream.split('values'), leaf.spec.fans);
    const lots = rate < 1 ? stream.split('lots').uniform(new Float32Array(leaf.size)) : undefined;
    for (let i = 0; i < fresh.length; i++) if (!chosen[i] && (lots?.[i] ?? 0) < rate) weights[i] = fresh[i]!;
  };
  return scoredOptimizer({
    ...own,
    name: 'iteRand',
    settings: { ...scoreFacts({ ...own, inner, ranking }), period, rate },
    inner,
    ranking,
    score: scoreLayer(own.scores ?? streamOf(own.seed)),
    redraw,
  });
}
