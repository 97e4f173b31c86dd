import { checkSettings, count, finite, flag, oneOf } from '@unbraid/checks';
import { add, type Tensor, type TensorsOf } from '@unbraid/graph';
import * as z from 'zod';
import { inference, type Mode } from '../mode.ts';
import type { Model } from '../model.ts';
import { described } from '../saved/description.ts';
import { ACTIVATIONS, type ActivationName, functionOf } from './activation.ts';
import { type AttentionParams, multiHeadAttention } from './attention.ts';
import { type DenseParams, dense } from './dense.ts';
import { dropout } from './dropout.ts';
import { layerNorm, type NormParams } from './norms.ts';

/** What `transformerBlock` takes. */
export interface TransformerBlockOptions {
  /** Size of each position's vector. */
  readonly features: number;
  /** Of the attention; divides the features. */
  readonly heads: number;
  /** Neurons between the two layers behind the attention. Default: four times the features. */
  readonly hidden?: number;
  /** Of these neurons. Default `gelu`. */
  readonly activation?: ActivationName;
  /** Whether what goes into a branch is normalized (`pre`, as in GPT-2), or the sum behind it (`post`, as in BERT). Default `pre`. */
  readonly norm?: 'pre' | 'post';
  /** Whether a position attends to itself and those before it alone. Default false. */
  readonly causal?: boolean;
  /** Rate at which weights of attention and entries of both branches are dropped in training. Default 0. */
  readonly dropout?: number;
  /** Added to variances. Default 1e-5. */
  readonly epsilon?: number;
}

/** A sequence and the positions that may be attended to, `[rows, time]`, 1 or true where they may. */
export type MaskedSequence = {
  readonly x: Tensor;
  readonly mask: Tensor;
};

/** A type and not an interface, which would not pass for a tree. */
export type TransformerBlockParams = {
  readonly attention: AttentionParams;
  readonly norm1: NormParams;
  readonly up: DenseParams;
  readonly down: DenseParams;
  readonly norm2: NormParams;
};

const schema = z.object({
  features: count(),
  heads: count(),
  hidden: count().optional(),
  activation: oneOf(...ACTIVATIONS).default('gelu'),
  norm: oneOf('pre', 'post').default('pre'),
  causal: flag().default(false),
  dropout: finite({ min: 0, below: 1 }).default(0),
  epsilon: finite({ above: 0 }).default(1e-5),
});

/**
 * A block of a transformer (Vaswani et al. 2017, section 3.1): attention and a layer of neurons, each added to what goes into it; `[rows, time, features]` to
 * the same shape. Applied to a `MaskedSequence`, as a model of your own does, it attends under its mask.
 * @throws {InputError} for settings that are unknown or out of range, and heads that don't divide the features
 * @throws {ShapeError} from `apply`, for inputs of other shapes
 */
export function transformerBlock(
  options: TransformerBlockOptions,
): Model<TransformerBlockParams, Tensor | MaskedSequence> {
  const settings = checkSettings('nn: transformerBlock', schema, options);
  const { features, heads, hidden = 4 * features, causal, epsilon } = settings;
  const attention = multiHeadAttention({ features, heads, causal, dropout: settings.dropout });
  const norm = layerNorm({ features, epsilon });
  const [up, down] = [dense(features, hidden), dense(hidden, features)];
  const [drop, f] = [dropout(settings.dropout), functionOf(settings.activation)];
  const layer: Model<TransformerBlockParams, Tensor | MaskedSequence> = {
    name: `transformerBlock ${features}, ${heads} heads`,
    params: {
      attention: attention.params,
      norm1: norm.params,
      up: up.params,
      down: down.params,
      norm2: norm.params,
    },
    apply(params: TensorsOf<TransformerBlockParams>, given: Tensor | MaskedSequence, mode: Mode = inference) {
      const { x, mask } = 'mask' in given ? given : { x: given, mask: undefined };
      const attend = (query: Tensor): Tensor => attention.apply(params.attention, mask ? { query, mask } : query, mode);
      const think = (h: Tensor): Tensor => down.apply(params.down, drop.apply({}, f(up.apply(params.up, h)), mode));
      const dropped = (h: Tensor): Tensor => drop.apply({}, h, mode);
      if (settings.norm === 'post') {
        const attended = norm.apply(params.norm1, add(x, dropped(attend(x))));
        return norm.apply(params.norm2, add(attended, dropped(think(attended))));
      }
      const attended = add(x, dropped(attend(norm.apply(params.norm1, x))));
      return add(attended, dropped(think(norm.apply(params.norm2, attended))));
    },
  };
  return described(layer, { layer: 'transformerBlock', settings });
}
