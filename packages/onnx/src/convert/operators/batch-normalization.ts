import { add, div, mul, reshape, sizeOf, sqrt, sub, type Tensor } from '@unbraid/graph';
import type { NodeContext } from '../converter.ts';
import { byChannel, momentsOf } from './normalizing.ts';

/**
 * γ · (x − mean) / √(variance + ε) + β for each channel. While the model is trained, mean and variance are those of the batch, and those of the file
 * move towards them if they are parameters, the variance towards the unbiased estimate (as PyTorch's do, and `nn`'s batchNorm). A file that was
 * exported for training (`training_mode`) uses those of the batch always, and may ask for what the running ones become.
 */
export function convertBatchNormalization(node: NodeContext): readonly (Tensor | undefined)[] {
  if (node.attributes.integer('spatial', 1) !== 1)
    return node.fail('normalizes each entry by itself (spatial = 0), which is unknown here');
  if (node.mode.training) return [byBatch(node, follow(node))];
  return forTraining(node) ? asExported(node) : [byRunning(node)];
}

/** Before opset 14 it is for training where it has more than one output. */
const forTraining = ({ opset, attributes, wanted }: NodeContext): boolean =>
  opset < 14 ? wanted.slice(1).some(Boolean) : attributes.integer('training_mode', 0) !== 0;

const epsilonOf = ({ attributes }: NodeContext): number => attributes.float('epsilon', 1e-5);
/** The part of the running values that stays; PyTorch's momentum is one minus it. */
const momentumOf = ({ attributes }: NodeContext): number => attributes.float('momentum', 0.9);

/** One product and one sum for each entry. */
function byRunning(node: NodeContext): Tensor {
  const [x, gamma, beta, mean, variance] = [0, 1, 2, 3, 4].map((at) => node.input(at)) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const scale = div(gamma, sqrt(add(variance, epsilonOf(node))));
  const shift = sub(beta, mul(mean, scale));
  return add(mul(x, byChannel(scale, x)), byChannel(shift, x));
}

/** @param use gets mean and variance of the batch, one of each channel, and how many entries each is of */
function byBatch(node: NodeContext, use: (mean: Tensor, variance: Tensor, count: number) => void): Tensor {
  const [x, gamma, beta] = [0, 1, 2].map((at) => node.input(at)) as [Tensor, Tensor, Tensor];
  const { mean, centered, variance } = momentsOf(
    x,
    x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis])),
  );
  use(reshape(mean, gamma.shape), reshape(variance, gamma.shape), sizeOf(x.shape) / gamma.shape[0]!);
  const scale = div(byChannel(gamma, x), sqrt(add(variance, epsilonOf(node))));
  return add(mul(centered, scale), byChannel(beta, x));
}

const moved = (node: NodeContext, running: Tensor, batch: Tensor): Tensor =>
  add(mul(running, momentumOf(node)), mul(batch, 1 - momentumOf(node)));

const follow = (node: NodeContext) => (mean: Tensor, variance: Tensor, count: number) => {
  if (count < 2) {
    node.fail('needs more than one value of each channel in training; take another batchSize, or dropLast');
  }
  const [running, spread] = [node.input(3), node.input(4)];
  if (node.isParameter(running)) node.mode.update(running, moved(node, running, mean));
  if (node.isParameter(spread)) {
    node.mode.update(spread, moved(node, spread, mul(variance, count / (count - 1))));
  }
};

function asExported(node: NodeContext): readonly (Tensor | undefined)[] {
  const further: Tensor[] = [];
  const y = byBatch(node, (mean, variance) => {
    further.push(moved(node, node.input(3), mean), moved(node, node.input(4), variance));
    if (node.opset < 14) further.push(mean, variance);
  });
  return [y, ...further];
}
