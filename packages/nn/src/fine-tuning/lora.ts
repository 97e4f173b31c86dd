import { checkSettings, count, finite, InputError, listed, showValue } from '@unbraid/checks';
import {
  type Layout,
  type LayoutLeaf,
  layoutOf,
  leavesOf,
  lowRankSum,
  mapTree,
  reshape,
  type Shape,
  type Tensor,
  type Tree,
} from '@unbraid/graph';
import * as z from 'zod';
import { checkParams } from '../fit/check-data.ts';
import { modelSetting, patternsSetting } from '../fit/fit-schema.ts';
import { matching, type ParameterPattern, patternsOf } from '../fit/parameter-pattern.ts';
import { gaussian, zeros } from '../initializers/plain.ts';
import type { ModelInput } from '../input-spec.ts';
import type { Mode } from '../mode.ts';
import { type AnyModel, applyModel } from '../model.ts';
import { type ParamSpec, param } from '../param.ts';
import { showShape } from '../show-shape.ts';
import { paramsFrom } from './from-params.ts';

/** What `lora` takes. */
export interface LoraOptions {
  /** Of the change of each matrix, at most its smaller side. */
  readonly rank: number;
  /** Which parameters change: matrices, or filters, which are a matrix of their first axis and the others. A name stands for all below it. */
  readonly match: ParameterPattern | readonly ParameterPattern[];
  /** The change is alpha / rank · a · b. Default: the rank, so that it is a · b. */
  readonly alpha?: number;
  /** The parameters that are adapted, flat, as `fit` returns them. Default: what `initialize` gives, such as the values of an imported file. */
  readonly params?: Float32Array;
}

/** A model with adaptations: the parameters of the model itself, then `lora`. */
export interface LoraModel extends AnyModel {
  readonly params: { readonly [key: string]: Tree<ParamSpec> };
}

const schema = z.object({
  model: modelSetting(),
  rank: count(),
  match: patternsSetting(),
  alpha: finite({ above: 0 }).optional(),
  params: z.custom<Float32Array>((value) => value instanceof Float32Array, { error: 'a Float32Array' }).optional(),
});

/** Where the adaptations stand in the tree of parameters. */
const KEY = 'lora';

/** One matrix that is changed: `[n, m]`, by a `[n, rank]` and b `[rank, m]`. */
interface Adapted {
  readonly leaf: LayoutLeaf;
  readonly n: number;
  readonly m: number;
}

interface Adaptation {
  readonly model: AnyModel;
  readonly adapted: readonly Adapted[];
  readonly scale: number;
}

/** What `lora` made of which model, by the function that computes the output. */
const adaptations = new WeakMap<AnyModel['apply'], Adaptation>();

/**
 * A model whose own parameters are fixed, and which is trained by changes of low rank (LoRA, Hu et al. 2022): a matrix W that `match` names is used as
 * W + alpha/rank · a · b, with a drawn from N(0, 1/rows of W) and b zeros, so that the adapted model begins equal to the model. Its parameters are the model's under
 * their paths, then `lora`: for each matrix, under its path, `a` and `b`. Train it by `fit`, and get a model's own parameters back by `mergeLora`.
 * @throws {InputError} in one line, for options that are unknown or out of range, a pattern that matches nothing or something that is no matrix, a rank that is
 * larger than a matrix, and parameters that don't fit
 */
export function lora(model: AnyModel, options: LoraOptions): LoraModel {
  const { rank, match, alpha = options.rank, params } = checkSettings('nn: lora', schema, { model, ...options });
  if (params) checkParams("lora's params", model, params);
  const layout = layoutOf(model.params, 'params');
  if (layout.leaves.some(({ path }) => path === KEY || path.startsWith(`${KEY}.`)) || layout.leaves[0]!.path === '')
    throw new InputError(
      'model',
      `nn: lora takes a model whose parameters have names other than ${KEY}, this one's are ${listed(layout.leaves.slice(0, 3).map(({ path }) => path))}`,
    );
  const scale = Math.fround(alpha / rank);
  const adapted = adaptedOf(layout, match, rank);
  const made: LoraModel = {
    name: `lora ${rank} of ${model.name ?? 'a model'}`,
    ...(model.inputs && { inputs: model.inputs }),
    params: { ...ownParams(model, params), [KEY]: changesOf(adapted, rank) },
    apply(values: never, x: ModelInput, mode?: Mode): Tensor {
      return applyModel(model, changed(model, values, adapted, scale), x, mode);
    },
  };
  adaptations.set(made.apply, { model, adapted, scale });
  return made;
}

/**
 * The parameters of a model with its adaptations in them: W + alpha/rank · a · b, worked out in float64.
 * @param adapted what `lora` made of a model
 * @param params of the adapted model, flat, as `fit` returns them
 * @returns the flat parameters of the model that was adapted
 * @throws {InputError} for a model that `lora` didn't make, and parameters that don't fit or aren't finite
 */
export function mergeLora(adapted: LoraModel, params: Float32Array): Float32Array {
  const made = adaptations.get(adapted?.apply);
  if (!made) throw new InputError('model', `nn: mergeLora takes a model that lora made, and got ${showValue(adapted)}`);
  checkParams("mergeLora's params", adapted, params);
  const layout = layoutOf(adapted.params, 'params');
  const entries = new Map(
    layout.leaves.map(({ path, offset, size }) => [path, params.subarray(offset, offset + size)]),
  );
  const model = layoutOf(made.model.params, 'params');
  const merged = new Float32Array(model.size);
  for (const { path, offset } of model.leaves) merged.set(entries.get(path)!, offset);
  for (const { leaf, n, m } of made.adapted) {
    const [a, b] = ['a', 'b'].map((side) => entries.get(`${KEY}.${leaf.path}.${side}`)!) as [
      Float32Array,
      Float32Array,
    ];
    addProduct(merged.subarray(leaf.offset, leaf.offset + leaf.size), { a, b, n, m, scale: made.scale });
  }
  return merged;
}

interface Product {
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly n: number;
  readonly m: number;
  readonly scale: number;
}

/** w ← w + scale · a · b */
function addProduct(w: Float32Array, { a, b, n, m, scale }: Product): void {
  const rank = a.length / n;
  const row = new Float64Array(m);
  for (let i = 0; i < n; i++) {
    row.fill(0);
    for (let k = 0; k < rank; k++) {
      const factor = scale * a[i * rank + k]!;
      for (let j = 0; j < m; j++) row[j]! += factor * b[k * m + j]!;
    }
    for (let j = 0; j < m; j++) w[i * m + j]! += row[j]!;
  }
}

function adaptedOf({ leaves }: Layout, match: LoraOptions['match'], rank: number): Adapted[] {
  const paths = leaves.map(({ path }) => path);
  const meant = new Set(patternsOf(match).flatMap((pattern) => matching("lora's match", pattern, paths)));
  return leaves.filter(({ path }) => meant.has(path)).map((leaf) => matrixOf(leaf, rank));
}

function matrixOf(leaf: LayoutLeaf, rank: number): Adapted {
  const [n, ...others] = leaf.shape as readonly [number, ...Shape];
  const m = others.reduce((product, size) => product * size, 1);
  if (others.length === 0 || n === undefined)
    throw new InputError(
      'setting',
      `nn: lora's match names ${leaf.path} ${showShape(leaf.shape)}, which is no matrix; match weights alone, such as '*.weight'`,
    );
  if (rank > Math.min(n, m))
    throw new InputError(
      'setting',
      `nn: lora's rank is ${rank}, and ${leaf.path} ${showShape(leaf.shape)} has a rank of at most ${Math.min(n, m)}`,
    );
  return { leaf, n, m };
}

/** The model's parameters, held, by their keys. */
function ownParams(model: AnyModel, params: Float32Array | undefined): LoraModel['params'] {
  const tree = paramsFrom(model, params, (spec) => ({ ...spec, trainable: false }));
  return Object.fromEntries(Object.entries(tree as LoraModel['params']));
}

const changesOf = (adapted: readonly Adapted[], rank: number): Record<string, Tree<ParamSpec>> =>
  Object.fromEntries(
    adapted.map(({ leaf, n, m }) => [
      leaf.path,
      { a: param([n, rank], gaussian(1 / Math.sqrt(n))), b: param([rank, m], zeros) },
    ]),
  );

/** The model's own tree of parameters, with changes in it. */
function changed(model: AnyModel, values: unknown, adapted: readonly Adapted[], scale: number): unknown {
  const all = new Map(leavesOf<Tensor>(values as Tree<Tensor>).map(({ path, value }) => [path, value]));
  const changes = new Map(adapted.map((each) => [each.leaf.path, each]));
  return mapTree<unknown, Tensor>(model.params, (_, path) => {
    const w = all.get(path)!;
    const change = changes.get(path);
    if (!change) return w;
    const [a, b] = ['a', 'b'].map((side) => all.get(`${KEY}.${path}.${side}`)!) as [Tensor, Tensor];
    const plain = w.shape.length === 2;
    const sum = lowRankSum(plain ? w : reshape(w, [change.n, change.m]), a, b, scale);
    return plain ? sum : reshape(sum, w.shape);
  });
}
