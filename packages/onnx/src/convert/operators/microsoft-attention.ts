import {
  add,
  cast,
  concat,
  constant,
  greater,
  less,
  lessEqual,
  matmul,
  reshape,
  slice,
  type Tensor,
  where,
} from '@unbraid/graph';
import type { NodeContext } from '../converter.ts';
import { joinHeads, scoresOf, splitHeads, UNSEEN, weightsOf } from './attention-heads.ts';
import { product } from './matrix-product.ts';

/*
 * Attention as ONNX Runtime's optimizer writes it (https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md).
 */

/** The parts of the last axis of those widths. */
function parts(x: Tensor, widths: readonly number[]): Tensor[] {
  let from = 0;
  return widths.map((width) => {
    const start = from;
    from += width;
    const before = x.shape.slice(0, -1).map(() => undefined);
    return slice(x, [...before, start], [...before, from]);
  });
}

/** Queries, keys and values from one product with one matrix. */
export function convertMicrosoftAttention(node: NodeContext): readonly (Tensor | undefined)[] {
  const [x, weights, bias] = [node.input(0), node.input(1), node.inputs[2]];
  const heads = node.attributes.integer('num_heads', 0);
  if (heads < 1) return node.fail(`num_heads is ${heads}`);
  if (node.inputs[4] || node.wanted[1])
    return node.fail('keeps keys and values (past, present), which is unknown here');
  const all = product(x, weights);
  const width = weights.shape[1]! / 3;
  const widths = node.attributes.integers('qkv_hidden_sizes') ?? [width, width, width];
  const [q, k, v] = parts(bias ? add(all, bias) : all, widths).map((one) => splitHeads(one, heads)) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const causal = node.attributes.integer('unidirectional', 0) !== 0;
  return [
    attend(node, q, k, v, [maskOf(node, node.inputs[3], q, k), node.inputs[5], causal ? causalBias(q, k) : undefined]),
  ];
}

/** Queries, keys and values [rows, times, heads · size], or keys and values with heads apart already. */
export function convertMultiHeadAttention(node: NodeContext): readonly (Tensor | undefined)[] {
  const heads = node.attributes.integer('num_heads', 0);
  const [query, key, value] = [node.input(0), node.inputs[1], node.inputs[2]];
  if (!key || !value || query.shape.length !== 3)
    return node.fail('packs queries, keys and values into one input, which is unknown here');
  const bias = node.inputs[3];
  const widths = [query, key, value].map((x) => (x.shape.length === 3 ? x.shape[2]! : heads * x.shape[3]!));
  const biases = bias ? parts(bias, widths) : [];
  const split = (x: Tensor, at: number): Tensor =>
    x.shape.length === 4 ? x : splitHeads(biases[at] ? add(x, biases[at]) : x, heads);
  const q = split(query, 0);
  const k = node.inputs[6] ? concat([node.inputs[6], split(key, 1)], 2) : split(key, 1);
  const v = node.inputs[7] ? concat([node.inputs[7], split(value, 2)], 2) : split(value, 2);
  const causal = node.attributes.integer('unidirectional', 0) !== 0;
  return [
    attend(node, q, k, v, [maskOf(node, node.inputs[4], q, k), node.inputs[5], causal ? causalBias(q, k) : undefined]),
    k,
    v,
  ];
}

function attend(node: NodeContext, q: Tensor, k: Tensor, v: Tensor, biases: readonly (Tensor | undefined)[]): Tensor {
  const given = biases.filter((one) => one !== undefined);
  const bias = given.length > 0 ? given.reduce((a, b) => add(a, b)) : undefined;
  const scale = node.attributes.float('scale', 0) || 1 / Math.sqrt(q.shape[3]!);
  return joinHeads(matmul(weightsOf(scoresOf(q, k, scale), bias), v));
}

/** Lengths of the rows, or for each key (of each query) whether it is seen. */
function maskOf(node: NodeContext, mask: Tensor | undefined, q: Tensor, k: Tensor): Tensor | undefined {
  if (!mask) return undefined;
  const [rows, , queries] = q.shape as [number, number, number];
  const keys = k.shape[2]!;
  const filler = node.attributes.float('mask_filter_value', -10000);
  const bias = (seen: Tensor): Tensor => where(seen, constant(0, [], q.dtype), filler);
  if (mask.shape.length === 1 && mask.shape[0] === rows) {
    const places = constant(
      Array.from({ length: keys }, (_, i) => i),
      [keys],
      mask.dtype,
    );
    return bias(less(places, reshape(mask, [rows, 1, 1, 1])));
  }
  const seen = greater(cast(mask, 'int32'), 0);
  if (mask.shape.length === 2 && mask.shape[1] === keys) return bias(reshape(seen, [mask.shape[0]!, 1, 1, keys]));
  if (mask.shape.length === 3) return bias(reshape(seen, [mask.shape[0]!, 1, queries, keys]));
  return node.fail(`its mask is [${mask.shape.join(', ')}], which is unknown here`);
}

/** −∞ for keys that come after the query; the last query sees all. */
function causalBias(q: Tensor, k: Tensor): Tensor {
  const [queries, keys] = [q.shape[2]!, k.shape[2]!];
  const i = constant(
    Array.from({ length: queries }, (_, at) => at + keys - queries),
    [queries, 1],
    'int64',
  );
  const j = constant(
    Array.from({ length: keys }, (_, at) => at),
    [1, keys],
    'int64',
  );
  return where(lessEqual(j, i), constant(0, [], q.dtype), UNSEEN);
}
