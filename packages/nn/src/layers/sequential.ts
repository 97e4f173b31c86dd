import { InputError, showValue } from '@unbraid/checks';
import type { Tensor, Tree } from '@unbraid/graph';
import type { ModelInput } from '../input-spec.ts';
import { inference } from '../mode.ts';
import { type AnyModel, applyModel, type Model } from '../model.ts';
import type { ParamSpec } from '../param.ts';
import { described } from '../saved/description.ts';

type Layers = readonly AnyModel[] | Readonly<Record<string, AnyModel>>;

/** The parameters of each layer under its position or name. */
export type SequentialParams<L extends Layers> = {
  readonly [K in keyof L]: L[K] extends AnyModel ? L[K]['params'] : never;
};

/**
 * Layers one after another. A list names parameters by position, `0.weight`; a record by key, `hidden.weight`, in the
 * order in which its keys were written (keys that look like integers come first, as everywhere in JavaScript).
 * @throws {InputError} when there are no layers, or one is none
 */
export function sequential<const L extends Layers>(given: L): Model<SequentialParams<L>> {
  const layers = Object.entries(given).map(([key, layer]: [string, AnyModel]) => ({ key, layer }));
  if (layers.length === 0) throw new InputError('setting', 'nn: sequential takes at least one layer');
  for (const { key, layer } of layers) {
    if (typeof layer?.apply !== 'function' || typeof layer.params !== 'object')
      throw new InputError('setting', `nn: sequential's ${key} is ${showValue(layer)}; a layer or model is needed`);
  }
  const params: Tree<ParamSpec> = Array.isArray(given)
    ? layers.map(({ layer }) => layer.params)
    : Object.fromEntries(layers.map(({ key, layer }) => [key, layer.params]));
  const model: Model<SequentialParams<L>> = {
    name: 'sequential',
    layers,
    // Those of its first layer: the others get what comes before them.
    ...(layers[0]!.layer.inputs && { inputs: layers[0]!.layer.inputs }),
    params: params as unknown as SequentialParams<L>,
    apply(p, input, mode = inference): Tensor {
      const values = p as Readonly<Record<string, unknown>>;
      return layers.reduce((x: ModelInput, { key, layer }) => applyModel(layer, values[key], x, mode), input) as Tensor;
    },
  };
  // Its layers describe themselves.
  return described(model, { layer: 'sequential', settings: { list: Array.isArray(given) } });
}
