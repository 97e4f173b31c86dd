import { checkFiniteValues } from '@unbraid/checks';
import { layoutOf, leavesOf } from '@unbraid/graph';
import { createRandom, type Random } from '@unbraid/kernels';
import type { AnyModel } from './model.ts';
import type { ParamSpec } from './param.ts';

/**
 * First values of all parameters, flat. Each parameter has a stream of its own, named by its path, so adding a layer
 * leaves the others' values alone.
 * @param seed a number, or a stream, which is not advanced
 * @throws {ShapeError} for a model without parameters
 * @throws {InputError} for an initializer that gives NaN or infinities
 */
export function initialize(model: AnyModel, seed: number | Random): Float32Array {
  const random = typeof seed === 'number' ? createRandom(seed) : seed;
  const layout = layoutOf(model.params, 'params');
  const flat = new Float32Array(layout.size);
  leavesOf<ParamSpec>(model.params).forEach(({ path, value: { initializer, fans } }, i) => {
    const { offset, size } = layout.leaves[i]!;
    const values = flat.subarray(offset, offset + size);
    initializer.fill(values, random.split(path), fans);
    checkFiniteValues(`nn: what the initializer gives ${path || 'the parameter'}`, values, 'correct the initializer');
  });
  return flat;
}
