import { checkFiniteValues, InputError } from '@unbraid/checks';
import { layoutOf, type Tree } from '@unbraid/graph';
import type { ParamSpec } from '@unbraid/nn';

/** @throws {InputError} unless there is a finite value for each of the model's parameters */
export function checkParams(tree: Tree<ParamSpec>, params: Float32Array): void {
  const { size, leaves } = layoutOf(tree, 'params');
  if (!(params instanceof Float32Array) || params.length !== size)
    throw new InputError(
      'data',
      `gfgn: params has ${params.length} entries, the model has ${size} parameters; give a Float32Array of that many`,
    );
  checkFiniteValues('gfgn: params', params, 'train the model again', (i) => {
    const { path, offset } = leaves.findLast((leaf) => leaf.offset <= i)!;
    return `entry ${i - offset} of ${path} (counted from 0)`;
  });
}
