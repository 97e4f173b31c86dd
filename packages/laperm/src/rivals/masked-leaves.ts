import { InputError } from '@unbraid/checks';
import { layoutOf, leavesOf } from '@unbraid/graph';
import type { AnyModel, ParamSpec } from '@unbraid/nn';
import { type PerLayer, perLayer } from '../per-layer.ts';
import { type Skip, sizeOfVectors, weightsOf } from '../weight-vectors.ts';

/** The weights of one layer, of which some are chosen. */
export interface MaskedLeaf {
  readonly path: string;
  readonly spec: ParamSpec;
  /** Where they lie in the flat parameters. */
  readonly offset: number;
  readonly size: number;
  /** The share of them that is chosen. */
  readonly keep: number;
  /** How many that are. */
  readonly count: number;
}

/** A run of neighbouring parameters. */
export interface Stretch {
  readonly offset: number;
  readonly size: number;
}

/** What of a model is masked, and what is trained beside that; all else keeps its first values. */
export interface MaskedModel {
  readonly leaves: readonly MaskedLeaf[];
  readonly trained: readonly Stretch[];
}

/**
 * Weights of layers, biases left out, are masked; what `skip` names is trained by the inner optimizer.
 * @throws {InputError} for a share outside (0, 1], a list of another length than there are layers, and a model of which nothing is left to mask
 */
export function maskedModel(method: string, model: AnyModel, keep: PerLayer, skip: Skip = () => false): MaskedModel {
  const specs = new Map(leavesOf<ParamSpec>(model.params).map(({ path, value }) => [path, value]));
  const weights = weightsOf(model).leaves.filter(({ path }) => !skip(path, specs.get(path)!));
  if (weights.length === 0) {
    throw new InputError(
      'model',
      `laperm: ${method} finds no weights to mask: all parameters are skipped or not trained`,
    );
  }
  const shares = perLayer('shares to keep', keep, weights.length);
  const leaves = weights.map((leaf, i): MaskedLeaf => {
    const [size, share] = [sizeOfVectors(leaf), checkShare(shares[i]!)];
    const spec = specs.get(leaf.path)!;
    return { path: leaf.path, spec, offset: leaf.offset, size, keep: share, count: countOf(share, size) };
  });
  const trained = layoutOf(model.params, 'params').leaves.filter(({ path }) => {
    const spec = specs.get(path)!;
    return spec.trainable && skip(path, spec);
  });
  return { leaves, trained };
}

/** As many as the share says, to the nearest whole number, and at least one. */
const countOf = (share: number, size: number): number => Math.max(1, Math.round(share * size));

/** @throws {InputError} unless it is above 0 and at most 1 */
export function checkShare(share: number): number {
  if (share > 0 && share <= 1) return share;
  throw new InputError('setting', `laperm: the share to keep is ${share}; a number above 0 and at most 1 is needed`);
}
