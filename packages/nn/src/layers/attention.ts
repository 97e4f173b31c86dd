import { checkSettings, count, finite, flag, InputError } from '@unbraid/checks';
import {
  cast,
  constant,
  matmul,
  mul,
  reshape,
  type Shape,
  ShapeError,
  softmax,
  type Tensor,
  type TensorsOf,
  transpose,
  where,
} from '@unbraid/graph';
import * as z from 'zod';
import { glorotUniform } from '../initializers/variance-scaling.ts';
import { inference, type Mode } from '../mode.ts';
import type { Model } from '../model.ts';
import { described } from '../saved/description.ts';
import { showShape } from '../show-shape.ts';
import { type DenseParams, dense } from './dense.ts';
import { dropout } from './dropout.ts';

/** What `multiHeadAttention` takes. */
export interface MultiHeadAttentionOptions {
  /** Size of each position's vector. */
  readonly features: number;
  /** Divides the features. */
  readonly heads: number;
  /** Features of the context that is attended to, where there is one. Default: `features`. */
  readonly contextFeatures?: number;
  /** Whether a position attends to itself and those before it alone. Default false. */
  readonly causal?: boolean;
  /** Rate at which weights of attention are dropped in training. Default 0. */
  readonly dropout?: number;
}

/** What attention reads beside one sequence of vectors. */
export type AttentionInput = {
  /** `[rows, time, features]`: the positions that attend. */
  readonly query: Tensor;
  /** `[rows, keys, contextFeatures]`: the positions that are attended to. Default: the query. */
  readonly context?: Tensor;
  /** `[rows, keys]`, or `[rows, time, keys]`: where it is 0, or false, nothing attends. A position that may attend to none attends to all alike. */
  readonly mask?: Tensor;
};

/** Its four products. A type and not an interface, which would not pass for a tree. */
export type AttentionParams = {
  readonly query: DenseParams;
  readonly key: DenseParams;
  readonly value: DenseParams;
  readonly output: DenseParams;
};

const schema = z.object({
  features: count(),
  heads: count(),
  contextFeatures: count().optional(),
  causal: flag().default(false),
  dropout: finite({ min: 0, below: 1 }).default(0),
});

/** In place of a masked score: e to it is 0 beside any other, and the sum is no NaN where all are masked. */
const MASKED = -1e9;

/**
 * Multi-head attention (Vaswani et al. 2017, section 3.2): `[rows, time, features]` to the same shape, of a sequence to itself; and, where it is applied to an
 * `AttentionInput`, as a model of your own does, to a context, and under a mask. Heads take consecutive features.
 * @throws {InputError} for settings that are unknown or out of range, and heads that don't divide the features
 * @throws {ShapeError} from `apply`, for inputs of other shapes
 */
export function multiHeadAttention(
  options: MultiHeadAttentionOptions,
): Model<AttentionParams, Tensor | AttentionInput> {
  const settings = checkSettings('nn: multiHeadAttention', schema, options);
  const { features, heads, contextFeatures = features } = settings;
  if (features % heads !== 0)
    throw new InputError('setting', `nn: multiHeadAttention's ${heads} heads don't divide its ${features} features`);
  const init = { init: glorotUniform };
  const [own, other] = [dense(features, features, init), dense(contextFeatures, features, init)];
  const drop = dropout(settings.dropout);
  const layer: Model<AttentionParams, Tensor | AttentionInput> = {
    name: `multiHeadAttention ${features}, ${heads} heads`,
    params: { query: own.params, key: other.params, value: other.params, output: own.params },
    apply(params: TensorsOf<AttentionParams>, x: Tensor | AttentionInput, mode: Mode = inference) {
      const { query, context = query, mask } = partsOf(x);
      checkSequence('query', query, features);
      checkSequence('context', context, contextFeatures);
      const split = (t: Tensor): Tensor => headsOf(t, heads);
      const q = split(mul(own.apply(params.query, query), 1 / Math.sqrt(features / heads)));
      const scores = matmul(q, split(other.apply(params.key, context)), { transposeB: true });
      const masked = withMask(settings.causal ? causal(scores) : scores, mask);
      const weights = drop.apply({}, softmax(masked), mode);
      const mixed = transpose(matmul(weights, split(other.apply(params.value, context))), [0, 2, 1, 3]);
      return own.apply(params.output, reshape(mixed, query.shape));
    },
  };
  return described(layer, { layer: 'multiHeadAttention', settings });
}

const partsOf = (x: Tensor | AttentionInput): AttentionInput => ('query' in x ? x : { query: x });

function checkSequence(what: string, { shape }: Tensor, features: number): void {
  if (shape.length !== 3 || shape[2] !== features)
    throw new ShapeError(
      `nn: multiHeadAttention takes a ${what} [rows, time, ${features}], and got ${showShape(shape)}`,
    );
}

/** `[rows, time, features]` to `[rows, heads, time, features / heads]`. */
function headsOf(x: Tensor, heads: number): Tensor {
  const [rows, time, features] = x.shape as [number, number, number];
  return transpose(reshape(x, [rows, time, heads, features / heads]), [0, 2, 1, 3]);
}

/** Scores `[rows, heads, time, keys]` of which a position sees itself and those before it; where there are more keys, they end where it does. */
function causal(scores: Tensor): Tensor {
  const [time, keys] = scores.shape.slice(-2) as [number, number];
  const seen = Uint8Array.from({ length: time * keys }, (_, at) =>
    Number((at % keys) - (keys - time) <= Math.floor(at / keys)),
  );
  return where(cast(constant(seen, [time, keys], 'int32'), 'bool'), scores, maskedLike(scores));
}

function withMask(scores: Tensor, mask: Tensor | undefined): Tensor {
  if (!mask) return scores;
  const [rows, , time, keys] = scores.shape as [number, number, number, number];
  const shape: Shape = mask.shape.length === 2 ? [rows, 1, 1, keys] : [rows, 1, time, keys];
  const fits = mask.shape.length === 2 ? [rows, keys] : [rows, time, keys];
  if (mask.shape.length !== fits.length || mask.shape.some((size, axis) => size !== fits[axis]))
    throw new ShapeError(
      `nn: multiHeadAttention takes a mask ${showShape([rows, keys])} or ${showShape([rows, time, keys])}, and got ${showShape(mask.shape)}`,
    );
  const seen = mask.dtype === 'bool' ? mask : cast(mask, 'bool');
  return where(reshape(seen, shape), scores, maskedLike(scores));
}

const maskedLike = ({ dtype }: Tensor): Tensor => constant(MASKED, [], dtype);
