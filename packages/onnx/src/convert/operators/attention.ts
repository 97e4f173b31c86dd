import {
  add,
  cast,
  concat,
  constant,
  div,
  gather,
  less,
  lessEqual,
  matmul,
  mul,
  pad,
  reshape,
  slice,
  sub,
  type Tensor,
  tanh,
  where,
} from '@unbraid/graph';
import type { Converters, NodeContext } from '../converter.ts';
import { joinHeads, repeatHeads, scoresOf, splitHeads, UNSEEN, weightsOf } from './attention-heads.ts';

/** Scaled dot-product attention (Vaswani et al. 2017, section 3.2) as operator set 23 has it, with what 24 and 25 add. */
function convertAttention(node: NodeContext): readonly (Tensor | undefined)[] {
  const flat = node.input(0).shape.length === 3;
  const [qHeads, kvHeads] = ['q_num_heads', 'kv_num_heads'].map((name) => node.attributes.integer(name, 0));
  const heads = (x: Tensor, count: number): Tensor => {
    if (!flat) return x;
    return count > 0 ? splitHeads(x, count) : node.fail('needs q_num_heads and kv_num_heads for inputs of three axes');
  };
  const q = heads(node.input(0), qHeads!);
  const k = after(node.inputs[4], heads(node.input(1), kvHeads!));
  const v = after(node.inputs[5], heads(node.input(2), kvHeads!));
  const groups = q.shape[1]! / k.shape[1]!;
  if (!Number.isInteger(groups)) return node.fail(`has ${q.shape[1]} heads of queries for ${k.shape[1]} of keys`);
  const scale = node.attributes.float('scale', 1 / Math.sqrt(q.shape[3]!));
  const products = scoresOf(q, repeatHeads(k, groups), scale);
  const cap = node.attributes.float('softcap', 0);
  const scores = cap > 0 ? mul(tanh(div(products, cap)), cap) : products;
  const bias = biasOf(node, q, k);
  const weights = weightsOf(scores, bias);
  const y = matmul(weights, repeatHeads(v, groups));
  const shown = node.wanted[3] ? qkOutput(node, { products, scores, bias, weights }) : undefined;
  return [flat ? joinHeads(y) : y, k, v, shown];
}

/** Keys or values after those that were kept from before. */
const after = (past: Tensor | undefined, now: Tensor): Tensor => (past ? concat([past, now], 2) : now);

interface Stages {
  readonly products: Tensor;
  readonly scores: Tensor;
  readonly bias: Tensor | undefined;
  readonly weights: Tensor;
}

function qkOutput(node: NodeContext, { products, scores, bias, weights }: Stages): Tensor {
  const mode = node.attributes.integer('qk_matmul_output_mode', 0);
  switch (mode) {
    case 0:
      return products;
    case 1:
      return scores;
    case 2:
      return bias ? add(scores, bias) : scores;
    case 3:
      return weights;
    default:
      return node.fail(`qk_matmul_output_mode is ${mode}; 0 to 3 are known`);
  }
}

/** What is added to the scores: the mask, and −∞ where a key comes too late, too early, or after the end. */
function biasOf(node: NodeContext, q: Tensor, k: Tensor): Tensor | undefined {
  const [queries, keys] = [q.shape[2]!, k.shape[2]!];
  const mask = node.inputs[3] && maskBias(node.inputs[3], keys, q);
  const ends = node.inputs[6];
  const parts = [mask];
  const seen = (truth: Tensor): Tensor => where(truth, constant(0, [], q.dtype), UNSEEN);
  // How many keys stand before the first query: those kept from before, or what the sequence is longer by than the queries.
  const lead =
    ends && !node.inputs[4] ? sub(column(ends), queries) : constant(node.inputs[4]?.shape[2] ?? 0, [], 'int64');
  const [i, j] = [constant(numbers(queries), [queries, 1], 'int64'), constant(numbers(keys), [1, keys], 'int64')];
  const place = add(i, lead);
  if (node.attributes.integer('is_causal', 0) !== 0) parts.push(seen(lessEqual(j, place)));
  const [left, right] = ['left_window_size', 'right_window_size'].map((name) => node.attributes.integer(name, -1));
  if (left! >= 0) parts.push(seen(lessEqual(sub(place, left!), j)));
  if (right! >= 0) parts.push(seen(lessEqual(j, add(place, right!))));
  if (ends) parts.push(seen(less(j, column(ends))));
  const given = parts.filter((one) => one !== undefined);
  return given.length > 0 ? given.reduce((a, b) => add(a, b)) : undefined;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** One number for each row of the batch, to meet scores [rows, heads, queries, keys]. */
const column = (lengths: Tensor): Tensor => reshape(cast(lengths, 'int64'), [lengths.shape[0]!, 1, 1, 1]);

/** A mask that is added, or of truths where a key is seen; keys that it doesn't reach aren't. */
export function maskBias(mask: Tensor, keys: number, like: Tensor): Tensor {
  const bias = mask.dtype === 'bool' ? where(mask, constant(0, [], like.dtype), UNSEEN) : cast(mask, like.dtype);
  const missing = keys - bias.shape.at(-1)!;
  if (missing <= 0 || bias.shape.at(-1) === 1) return bias;
  const zeros = bias.shape.map(() => 0);
  return pad(bias, zeros, zeros.with(-1, missing), UNSEEN);
}

/** Rotary position embedding (Su et al. 2021): pairs of features turned by angles that grow with the place. */
function convertRotaryEmbedding(node: NodeContext): readonly Tensor[] {
  const heads = node.attributes.integer('num_heads', 0);
  const [cos, sin] = [node.input(1), node.input(2)];
  return [rotated(node, node.input(0), { cos, sin, at: node.inputs[3], heads })];
}

interface Rotation {
  readonly cos: Tensor;
  readonly sin: Tensor;
  /** Place of each time of each row; without it the tables have rows of their own. */
  readonly at: Tensor | undefined;
  readonly heads: number;
}

/** @param x [rows, heads, times, size] or [rows, times, heads · size] */
export function rotated(node: NodeContext, x: Tensor, { cos, sin, at, heads }: Rotation): Tensor {
  const flat = x.shape.length === 3;
  if (flat && heads < 1) return node.fail('needs num_heads for an input of three axes');
  const all = flat ? splitHeads(x, heads) : x;
  const size = all.shape[3]!;
  const turned = node.attributes.integer('rotary_embedding_dim', 0) || size;
  const half = turned / 2;
  const angles = (table: Tensor): Tensor => {
    const rows = at ? gather(table, cast(at, 'int64'), 0) : table;
    return reshape(rows, [...rows.shape.slice(0, -2), 1, ...rows.shape.slice(-2)]);
  };
  const [c, s] = [angles(cos), angles(sin)];
  const pairs = node.attributes.integer('interleaved', 0) !== 0;
  const axes = (from: number, to: number, step: number): Tensor =>
    slice(all, [0, 0, 0, from], [undefined, undefined, undefined, to], [1, 1, 1, step]);
  const [a, b] = pairs ? [axes(0, turned, 2), axes(1, turned, 2)] : [axes(0, half, 1), axes(half, turned, 1)];
  const [real, imaginary] = [sub(mul(a, c), mul(b, s)), add(mul(a, s), mul(b, c))];
  const both = pairs ? interleaved(real, imaginary) : concat([real, imaginary], 3);
  const y = turned < size ? concat([both, axes(turned, size, 1)], 3) : both;
  return flat ? joinHeads(y) : y;
}

/** Entries of two tensors in turn along the last axis. */
function interleaved(a: Tensor, b: Tensor): Tensor {
  const column = (x: Tensor): Tensor => reshape(x, [...x.shape, 1]);
  return reshape(concat([column(a), column(b)], a.shape.length), a.shape.with(-1, 2 * a.shape.at(-1)!));
}

/** Attention, and what turns its operands. */
export const attentions: Converters = {
  Attention: convertAttention,
  RotaryEmbedding: convertRotaryEmbedding,
};
