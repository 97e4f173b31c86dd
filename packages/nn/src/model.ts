import type { Tensor, TensorsOf, Tree } from '@unbraid/graph';
import { fitting, type InputSpec, type ModelInput } from './input-spec.ts';
import { inference, type Mode } from './mode.ts';
import type { ParamSpec } from './param.ts';

/** What a model says of itself beside its parameters. */
export interface ModelFacts {
  /** What it is, such as `conv2d 3×3, 1 → 32`. */
  readonly name?: string;
  /** The models that it applies one after another, where it is a sequence of them. */
  readonly layers?: readonly NamedLayer[];
  /**
   * What it reads, by name, where that isn't one matrix of float32 numbers. `apply` then gets a record: of each input a batch `[rows, ...shape]`. Data are
   * a record of rows, each row's entries one after another.
   */
  readonly inputs?: Readonly<Record<string, InputSpec>>;
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
export interface Model<P = Tree<ParamSpec>, X extends ModelInput = Tensor> extends ModelFacts {
  readonly params: P;
  /**
   * The output for a batch `x`, whose first axis counts its rows, with symbolic parameters of the shapes in `params`. A model with `inputs` gets a batch of
   * each by name.
   * @param mode default `inference`; a model made of others hands it on to them
   */
  apply(params: TensorsOf<P>, x: X, mode?: Mode): Tensor;
}

/** A model whose tree of parameters is of any type. */
export interface AnyModel extends ModelFacts {
  readonly params: Tree<ParamSpec>;
  apply(params: never, x: never, mode?: Mode): Tensor;
}

/**
 * The tree of parameters, typed as if it were one tensor: a model of unknown type has a tree of unknown depth, which the
 * types of `trace` can't follow. What is traced with it is handed to `applyModel` as it comes.
 */
export const paramsOf = (model: AnyModel): ParamSpec => model.params as ParamSpec;

/**
 * The output of `model` for parameters that follow its tree; the tree's type is not checked. A model with one named input takes a batch without a name, too.
 * @throws {InputError} `model`, for inputs that aren't the model's
 * @throws {ShapeError} from the layer that can't take them
 */
export const applyModel = (model: AnyModel, params: unknown, x: ModelInput, mode: Mode = inference): Tensor =>
  model.apply(params as never, fitting(model, x) as never, mode);
