import { type LayoutLeaf, layoutOf, leavesOf } from '@unbraid/graph';
import type { AnyModel } from '../model.ts';
import type { ParamSpec } from '../param.ts';

/** Where the parameters lie that no gradient moves, in their order. */
export function fixedLeaves(model: AnyModel): LayoutLeaf[] {
  const specs = leavesOf<ParamSpec>(model.params);
  return layoutOf(model.params, 'params').leaves.filter((_, i) => !specs[i]!.value.trainable);
}
