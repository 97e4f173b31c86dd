import {
  add,
  broadcastTo,
  cast,
  constant,
  gather,
  gelu,
  layerNorm,
  mul,
  reduceSum,
  reshape,
  sigmoid,
  type Tensor,
} from '@unbraid/graph';
import type { Converter, Converters, NodeContext } from '../converter.ts';
import { rotated } from './attention.ts';
import { convertConv } from './convolutions.ts';
import { product } from './matrix-product.ts';
import { convertMicrosoftAttention, convertMultiHeadAttention } from './microsoft-attention.ts';
import { convertRmsNormalization, rmsNormalized } from './norms.ts';
import { activationsOf } from './recurrent-cells.ts';

/*
 * Operators of ONNX Runtime's own, which its optimizer and PyTorch's exporter put in the place of several
 * (https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md).
 */

const convertFusedMatMul: Converter = (node) => {
  const flag = (name: string): boolean => node.attributes.integer(name, 0) !== 0;
  if (flag('transBatchA') || flag('transBatchB')) return node.fail('turns batch axes, which is unknown here');
  const y = product(node.input(0), node.input(1), { transposeA: flag('transA'), transposeB: flag('transB') });
  const alpha = node.attributes.float('alpha', 1);
  return [alpha === 1 ? y : mul(y, alpha)];
};

/** A convolution, what is added to it, and an activation. */
const convertFusedConv: Converter = (node) => {
  const y = convertConv(node)[0]!;
  const sum = node.inputs[3] ? add(y, node.inputs[3]) : y;
  const name = node.attributes.text('activation', '');
  if (name === '') return [sum];
  const [alpha, beta] = node.attributes.floats('activation_params') ?? [];
  const list = (value: number | undefined): number[] => (value === undefined ? [] : [value]);
  return [activationsOf(node, [name], list(alpha), list(beta))[0]!(sum)];
};

const withBias = (node: NodeContext): Tensor => (node.inputs[1] ? add(node.input(0), node.inputs[1]) : node.input(0));

/** Layer normalization of a sum, which is an output too. */
const convertSkipLayerNormalization: Converter = (node) => {
  const [scale, beta, bias] = [node.input(2), node.inputs[3], node.inputs[4]];
  const sum = summed(node, bias);
  const epsilon = node.attributes.float('epsilon', 1e-12);
  return [layerNorm(sum, scale, beta, { epsilon }), undefined, undefined, sum];
};

const convertSkipRmsNormalization: Converter = (node) => {
  const sum = summed(node, node.inputs[3]);
  const y = rmsNormalized(sum, node.input(2), sum.shape.length - 1, node.attributes.float('epsilon', 1e-12));
  return [y, undefined, undefined, sum];
};

function summed(node: NodeContext, bias: Tensor | undefined): Tensor {
  const sum = add(node.input(0), node.input(1));
  return bias ? add(sum, bias) : sum;
}

/** The sum of embeddings of words, places and segments, normalized; and the lengths that a mask of ones leaves. */
const convertEmbedLayerNormalization: Converter = (node) => {
  const [ids, segments, words, places, ofSegments, mask, at] = [
    node.input(0),
    node.inputs[1],
    node.input(2),
    node.input(3),
    node.inputs[4],
    node.inputs[7],
    node.inputs[8],
  ];
  const [rows, times] = ids.shape as [number, number];
  const numbers = Array.from({ length: times }, (_, i) => i);
  const sum = [
    gather(words, ids, 0),
    gather(places, at ?? constant(numbers, [times], 'int64'), 0),
    ...(segments && ofSegments ? [gather(ofSegments, segments, 0)] : []),
  ].reduce((a, b) => add(a, b));
  const epsilon = node.attributes.float('epsilon', 1e-12);
  const lengths = mask ? reduceSum(cast(mask, 'int32'), { axes: [1] }) : broadcastTo(constant(0, [], 'int32'), [rows]);
  return [layerNorm(sum, node.input(5), node.input(6), { epsilon }), lengths, sum];
};

/** Its inputs stand in another order than those of ONNX's own, and one number may stand for the first of all places. */
const convertRotaryEmbedding: Converter = (node) => {
  const [x, places, cos, sin] = [node.input(0), node.input(1), node.input(2), node.input(3)];
  const heads =
    node.attributes.integer('num_heads', 0) || (x.shape.length === 3 ? x.shape[2]! / (2 * cos.shape[1]!) : 0);
  const [rows, times] = [x.shape[0]!, x.shape.at(-2)!];
  const single = places.shape.length < 2;
  const line = constant(
    Array.from({ length: times }, (_, i) => i),
    [1, times],
    places.dtype,
  );
  const at = single ? broadcastTo(add(reshape(places, [1, 1]), line), [rows, times]) : places;
  return [rotated(node, x, { cos, sin, at, heads })];
};

/** Operators of the domain `com.microsoft`. */
export const microsoft: Converters = {
  FusedMatMul: convertFusedMatMul,
  FusedConv: convertFusedConv,
  Gelu: (node) => [gelu(node.input(0))],
  BiasGelu: (node) => [gelu(withBias(node))],
  FastGelu: (node) => [gelu(withBias(node), { approximate: 'tanh' })],
  QuickGelu: (node) => [mul(node.input(0), sigmoid(mul(node.input(0), node.attributes.float('alpha', 1.702))))],
  SkipLayerNormalization: convertSkipLayerNormalization,
  SimplifiedLayerNormalization: convertRmsNormalization,
  SkipSimplifiedLayerNormalization: convertSkipRmsNormalization,
  EmbedLayerNormalization: convertEmbedLayerNormalization,
  Attention: convertMicrosoftAttention,
  MultiHeadAttention: convertMultiHeadAttention,
  RotaryEmbedding: convertRotaryEmbedding,
};
