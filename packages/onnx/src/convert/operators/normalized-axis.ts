import type { Tensor } from '@unbraid/graph';
import type { NodeContext } from '../converter.ts';

/** An axis of `x` that may count from the end, in 0 … rank − 1. @throws {InputError} `model`, unless it is one */
export function axisOf(node: NodeContext, axis: number, { shape }: Tensor): number {
  const at = axis < 0 ? axis + shape.length : axis;
  if (!Number.isInteger(axis) || at < 0 || at >= shape.length) {
    return node.fail(`axis ${axis} is none of the ${shape.length} axes of [${shape.join(', ')}]`);
  }
  return at;
}
