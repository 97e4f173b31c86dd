import { InputError } from '@unbraid/checks';
import { add, ShapeError } from '@unbraid/graph';
import { denseOf } from '../layers/linear.ts';
import { type AnyNodeLayer, applyLayer, type NodeLayer } from '../layers/node-layer.ts';
import { described } from './described.ts';
import { farthestOf } from './hearing.ts';
import { checkLayer, keepsAny, outputsOf, widths } from './widths.ts';

/** Parameters of a branch, and of what is beside it. */
export type NodeResidualParams<B extends AnyNodeLayer, S extends AnyNodeLayer | undefined> = {
  readonly branch: B['params'];
} & (S extends AnyNodeLayer ? { readonly shortcut: S['params'] } : unknown);

/**
 * What goes into a branch added to what comes out of it (He et al. 2016, equation 1), node by node.
 * @param shortcut what the input goes through beside the branch, where that changes its width. Default: nothing.
 * @throws {InputError} `setting`, unless both are layers that give the same width
 * @throws {ShapeError} from `apply`, for a branch whose output has another shape than the input or the shortcut's output
 */
export function nodeResidual<B extends AnyNodeLayer, S extends AnyNodeLayer | undefined = undefined>(
  branch: B,
  shortcut?: S,
): NodeLayer<NodeResidualParams<B, S>> {
  checkLayer("nodeResidual's branch", branch);
  if (shortcut !== undefined) checkLayer("nodeResidual's shortcut", shortcut);
  const { inputs = shortcut?.inputs } = branch;
  const [made, beside] = [outputsOf(branch, inputs), shortcut ? outputsOf(shortcut, inputs) : inputs];
  if (made !== undefined && beside !== undefined && made !== beside)
    throw new InputError(
      'setting',
      `gfgn: nodeResidual adds ${made} features of its branch to ${beside} of ${shortcut ? 'its shortcut' : 'its input'}; give a shortcut of the same width`,
    );
  const residual: NodeLayer<never> = {
    name: `nodeResidual ${branch.name ?? 'branch'}`,
    ...widths(inputs, made ?? beside, !shortcut || keepsAny(branch) || keepsAny(shortcut)),
    ...farthestOf(shortcut ? [branch, shortcut] : [branch]),
    params: { branch: branch.params, ...(shortcut && { shortcut: shortcut.params }) } as never,
    apply(p, x, context) {
      const params = p as Readonly<Record<'branch' | 'shortcut', unknown>>;
      const out = denseOf(applyLayer(branch, params.branch, x, context));
      const own = denseOf(shortcut ? applyLayer(shortcut, params.shortcut, x, context) : x);
      if (out.shape.join() !== own.shape.join())
        throw new ShapeError(
          `gfgn: nodeResidual adds [${out.shape.join(', ')}] of its branch to [${own.shape.join(', ')}]; give a shortcut that makes the same shape`,
        );
      return add(out, own);
    },
  };
  return described(residual, 'nodeResidual', { branch, shortcut }) as unknown as NodeLayer<NodeResidualParams<B, S>>;
}
