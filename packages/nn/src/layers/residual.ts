import { InputError, showValue } from '@unbraid/checks';
import { add, ShapeError, type Tensor } from '@unbraid/graph';
import { inference } from '../mode.ts';
import { type AnyModel, applyModel, type Model } from '../model.ts';
import { described } from '../saved/description.ts';
import { showShape } from '../show-shape.ts';

/** Parameters of a branch, and of what is beside it. */
export type ResidualParams<B extends AnyModel, S extends AnyModel | undefined> = {
  readonly branch: B['params'];
} & (S extends AnyModel ? { readonly shortcut: S['params'] } : unknown);

/**
 * What goes into a branch added to what comes out of it (He et al. 2016, equation 1).
 * @param shortcut what the input goes through beside the branch, where that changes its shape. Default: nothing.
 * @throws {InputError} unless both are models
 * @throws {ShapeError} from `apply`, for a branch whose output has another shape than the input or the shortcut's output
 */
export function residual<B extends AnyModel, S extends AnyModel | undefined = undefined>(
  branch: B,
  shortcut?: S,
): Model<ResidualParams<B, S>> {
  for (const [what, model] of Object.entries({ branch, ...(shortcut && { shortcut }) })) {
    if (typeof model?.apply !== 'function' || typeof model.params !== 'object')
      throw new InputError('setting', `nn: residual's ${what} is ${showValue(model)}; a layer or model is needed`);
  }
  const layer: Model<ResidualParams<B, S>> = {
    name: `residual ${branch.name ?? 'branch'}`,
    params: { branch: branch.params, ...(shortcut && { shortcut: shortcut.params }) } as ResidualParams<B, S>,
    apply(p, x, mode = inference): Tensor {
      const params = p as unknown as Readonly<Record<'branch' | 'shortcut', unknown>>;
      const out = applyModel(branch, params.branch, x, mode);
      const beside = shortcut ? applyModel(shortcut, params.shortcut, x, mode) : x;
      if (showShape(out.shape) !== showShape(beside.shape))
        throw new ShapeError(
          `nn: residual adds ${showShape(out.shape)} of its branch to ${showShape(beside.shape)} of ${shortcut ? 'its shortcut' : 'its input'}; ` +
            'give a shortcut that makes the same shape',
        );
      return add(out, beside);
    },
  };
  return described(layer, { layer: 'residual', settings: { branch, ...(shortcut && { shortcut }) } });
}
