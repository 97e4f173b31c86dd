import { broadcastTo, cast, constant, mul, sizeOf, type Tensor } from '@unbraid/graph';
import type { Converters, NodeContext } from '../converter.ts';

/**
 * While the model is trained, sets entries to 0 with the probability `ratio` and divides the others by 1 − ratio; else does nothing. Which
 * entries is the model's own draw: `seed` is not looked at, nor is the input `training_mode`, in whose place stands what the model is used for.
 */
function convertDropout(node: NodeContext): readonly (Tensor | undefined)[] {
  const x = node.input(0);
  const ratio = ratioOf(node);
  if (!(ratio >= 0 && ratio < 1)) return node.fail(`its ratio is ${ratio}; at least 0 and below 1 is needed`);
  if (!node.mode.training || ratio === 0 || sizeOf(x.shape) === 0) {
    return [x, node.wanted[1] ? broadcastTo(constant(1, [], 'bool'), x.shape) : undefined];
  }
  const kept = node.mode.mask(x.shape, 1 - ratio);
  return [mul(x, mul(cast(kept, x.dtype), 1 / (1 - ratio))), node.wanted[1] ? cast(kept, 'bool') : undefined];
}

/** An attribute before opset 12. */
function ratioOf(node: NodeContext): number {
  if (node.opset < 12) return node.attributes.float('ratio', 0.5);
  return node.inputs[1] ? node.number(1) : 0.5;
}

/** Random masks. */
export const dropouts: Converters = { Dropout: convertDropout };
