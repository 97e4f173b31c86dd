import { layoutOf, mapTree } from '@unbraid/graph';
import { stored } from '../initializers/stored.ts';
import type { AnyModel } from '../model.ts';
import type { ParamSpec } from '../param.ts';

/** The model's tree of parameters, beginning from given values, which are copied, where there are some; `change` may change more in each. */
export function paramsFrom(
  model: AnyModel,
  params: Float32Array | undefined,
  change: (spec: ParamSpec) => ParamSpec = (spec) => spec,
): unknown {
  const { leaves } = layoutOf(model.params, 'params');
  const kept = params?.slice();
  let at = 0;
  return mapTree<unknown, ParamSpec>(model.params, (leaf): ParamSpec => {
    const { offset, size } = leaves[at++]!;
    const spec = leaf as ParamSpec;
    return change(kept ? { ...spec, initializer: stored(kept.subarray(offset, offset + size)) } : spec);
  });
}
