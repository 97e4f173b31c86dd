import type { Tensor, TensorsOf, Tree } from '@unbraid/graph';
import { inference, type Mode } from './mode.ts';
import type { ParamSpec } from './param.ts';

/** What `summarize` shows of a model. */
export interface ModelFacts {
  /** What it is, such as `conv2d 3×3, 1 → 32`. */
  readonly name?: string;
  /** The models that it applies one after another, where it is a sequence of them. */
  readonly layers?: readonly NamedLayer[];
}

/** A layer under the key that its parameters have in the sequence. */
export interface NamedLayer {
  readonly key: string;
  readonly layer: AnyModel;
}

/**
 * A layer or a whole model: a tree of parameters and a pure function of them. Nothing is stored in it; the values of all
 * parameters are one flat Float32Array, laid out as `layoutOf(model.params)` says.
 */
export interface Model<P = Tree<ParamSpec>> extends ModelFacts {
  readonly params: P;
  /**
   * The output for a batch `x`, whose first axis counts its rows, with symbolic parameters of the shapes in `params`.
   * @param mode default `inference`; a model made of others hands it on to them
   */
  apply(params: TensorsOf<P>, x: Tensor, mode?: Mode): Tensor;
}

/** A model whose tree of parameters is of any type. */
export interface AnyModel extends ModelFacts {
  readonly params: Tree<ParamSpec>;
  apply(params: never, x: Tensor, mode?: Mode): Tensor;
}

/**
 * The tree of parameters, typed as if it were one tensor: a model of unknown type has a tree of unknown depth, which the
 * types of `trace` can't follow. What is traced with it is handed to `applyModel` as it comes.
 */
export const paramsOf = (model: AnyModel): ParamSpec => model.params as ParamSpec;

/** The output of `model` for parameters that follow its tree; the tree's type is not checked. */
export const applyModel = (model: AnyModel, params: unknown, x: Tensor, mode: Mode = inference): Tensor =>
  model.apply(params as never, x, mode);
