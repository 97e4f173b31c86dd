import type { NodeContext } from '../converter.ts';

/** An axis that may count from the end, in 0 … rank − 1. @throws {InputError} `model`, unless there is one */
export function axisIn(node: NodeContext, axis: number, rank: number): number {
  const at = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(axis) && at >= 0 && at < rank) return at;
  return node.fail(`axis ${axis} is none of ${rank} axes`);
}

/** Several axes in 0 … rank − 1. @throws {InputError} `model`, for one that there isn't or that is named twice */
export function axesIn(node: NodeContext, axes: readonly number[], rank: number): number[] {
  const found = axes.map((axis) => axisIn(node, axis, rank));
  if (new Set(found).size < found.length) node.fail(`its axes ${axes.join(', ')} name one twice`);
  return found;
}
