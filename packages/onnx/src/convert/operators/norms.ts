import {
  abs,
  add,
  averagePool2d,
  broadcastTo,
  div,
  equal,
  layerNorm,
  mul,
  norm,
  pow,
  reduceMean,
  reduceSum,
  reshape,
  sqrt,
  type Tensor,
  where,
} from '@unbraid/graph';
import type { Converters, NodeContext } from '../converter.ts';
import { convertBatchNormalization } from './batch-normalization.ts';
import { counted } from './count.ts';
import { axisOf } from './normalized-axis.ts';
import { axesFrom, byChannel, momentsOf, standardized } from './normalizing.ts';

const epsilonOf = ({ attributes }: NodeContext): number => attributes.float('epsilon', 1e-5);

/** Over all axes from `axis` on; also the outputs Mean and InvStdDev, where they are wanted. */
export function convertLayerNormalization(node: NodeContext): readonly (Tensor | undefined)[] {
  const [x, scale, bias] = [node.input(0), node.input(1), node.inputs[2]];
  const axis = axisOf(node, node.attributes.integer('axis', -1), x);
  const epsilon = epsilonOf(node);
  const affine = (values: Tensor): Tensor => broadcastTo(values, x.shape.slice(axis));
  const y = layerNorm(x, affine(scale), bias && affine(bias), { axis, epsilon });
  if (!node.wanted[1] && !node.wanted[2]) return [y];
  const { mean, variance } = momentsOf(x, axesFrom(axis, x));
  return [y, mean, div(1, sqrt(add(variance, epsilon)))];
}

/** x / √(mean of x² + ε) · scale, over all axes from `axis` on (Zhang and Sennrich 2019). */
export function rmsNormalized(x: Tensor, scale: Tensor, axis: number, epsilon: number): Tensor {
  const square = reduceMean(mul(x, x), { axes: axesFrom(axis, x), keepDims: true });
  return mul(div(x, sqrt(add(square, epsilon))), scale);
}

/** The norm of a node. */
export function convertRmsNormalization(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const axis = axisOf(node, node.attributes.integer('axis', -1), x);
  return [rmsNormalized(x, node.input(1), axis, epsilonOf(node))];
}

/** Neighbouring channels in groups (Wu and He 2018). Scale and bias are one number a channel, before opset 21 one a group. */
function convertGroupNormalization(node: NodeContext): readonly Tensor[] {
  const [x, scale, bias] = [node.input(0), node.input(1), node.input(2)];
  const groups = node.attributes.integer('num_groups', 0);
  const [rows, channels] = x.shape as [number, number];
  if (groups < 1 || channels % groups !== 0)
    return node.fail(`num_groups is ${groups}, which doesn't divide ${channels} channels`);
  const grouped = standardized(reshape(x, [rows, groups, -1]), [2], epsilonOf(node));
  if (scale.shape[0] === channels) {
    return [add(mul(reshape(grouped, x.shape), byChannel(scale, x)), byChannel(bias, x))];
  }
  return [reshape(add(mul(grouped, reshape(scale, [groups, 1])), reshape(bias, [groups, 1])), x.shape)];
}

/** Each channel of each row by itself. */
function convertInstanceNormalization(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const normalized = standardized(x, axesFrom(2, x), epsilonOf(node));
  return [add(mul(normalized, byChannel(node.input(1), x)), byChannel(node.input(2), x))];
}

/** x over its 1- or 2-norm along an axis; 0 where that is 0. */
function convertLpNormalization(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const over = { axes: [axisOf(node, node.attributes.integer('axis', -1), x)], keepDims: true };
  const p = node.attributes.integer('p', 2);
  if (p !== 1 && p !== 2) return node.fail(`p is ${p}; 1 and 2 are known`);
  const length = p === 1 ? reduceSum(abs(x), over) : norm(x, over);
  return [div(x, where(equal(length, 0), 1, length))];
}

/** (x − mean) / (standard deviation + 1e-9), by default over all axes but that of channels. */
function convertMeanVarianceNormalization(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const axes = (node.attributes.integers('axes') ?? [0, 2, 3]).map((axis) => axisOf(node, axis, x));
  const { centered, variance } = momentsOf(x, axes);
  return [div(centered, add(sqrt(variance), 1e-9))];
}

/** Channels that are added up for one: more are a damaged file's. */
const MOST_CHANNELS = 2 ** 16;

/** x / (bias + α / size · Σ x²)^β, the sum over so many neighbouring channels (Krizhevsky et al. 2012, section 3.3). */
function convertLrn(node: NodeContext): readonly Tensor[] {
  const x = node.input(0);
  const size = counted(node, node.attributes.integer('size', 1), MOST_CHANNELS);
  const [alpha, beta, bias] = [
    node.attributes.float('alpha', 1e-4),
    node.attributes.float('beta', 0.75),
    node.attributes.float('bias', 1),
  ];
  const before = Math.floor((size - 1) / 2);
  const columns = reshape(mul(x, x), [x.shape[0]!, 1, x.shape[1]!, -1]);
  const means = averagePool2d(columns, {
    kernel: [size, 1],
    strides: 1,
    pads: [before, 0, size - 1 - before, 0],
    countPads: true,
  });
  return [div(x, pow(add(mul(reshape(means, x.shape), alpha), bias), beta))];
}

/** Entries less their mean over their deviation, in all the ways that are used. */
// ONNX Runtime's optimizer leaves SimplifiedLayerNormalization in ONNX's own domain.
export const norms: Converters = {
  BatchNormalization: convertBatchNormalization,
  LayerNormalization: convertLayerNormalization,
  RMSNormalization: convertRmsNormalization,
  SimplifiedLayerNormalization: convertRmsNormalization,
  GroupNormalization: convertGroupNormalization,
  InstanceNormalization: convertInstanceNormalization,
  LpNormalization: convertLpNormalization,
  MeanVarianceNormalization: convertMeanVarianceNormalization,
  LRN: convertLrn,
};
