import { checkSettings, count, InputError, showValue } from '@unbraid/checks';
import type { Tree } from '@unbraid/graph';
import * as z from 'zod';
import { checkParams } from '../fit/check-data.ts';
import { modelSetting } from '../fit/fit-schema.ts';
import { sequential } from '../layers/sequential.ts';
import type { AnyModel } from '../model.ts';
import type { ParamSpec } from '../param.ts';
import { paramsFrom } from './from-params.ts';

/** What `replaceHead` takes. */
export interface ReplaceHeadOptions {
  /** Layers at the end that the head stands for. Default 1. */
  readonly layers?: number;
  /** The model's parameters, flat, as `fit` returns them: the layers that stay begin from them. Default: their initializers. */
  readonly params?: Float32Array;
}

const schema = z.object({
  model: modelSetting(),
  head: modelSetting(),
  layers: count().default(1),
  params: z.custom<Float32Array>((value) => value instanceof Float32Array, { error: 'a Float32Array' }).optional(),
});

/**
 * A sequence of layers with others at its end: a network for new classes on what one has learnt of others. The head has the key of the first layer that it
 * replaces, so parameters of layers that stay keep their paths, by which `fit` can freeze them.
 * @param model a `sequential`
 * @throws {InputError} in one line, for a model that is no sequence or has no layer left, options that can't be, and parameters that don't fit
 */
export function replaceHead(model: AnyModel, head: AnyModel, options: ReplaceHeadOptions = {}): AnyModel {
  const { layers, params } = checkSettings('nn: replaceHead', schema, { model, head, ...options });
  const all = model.layers;
  if (!all)
    throw new InputError(
      'model',
      `nn: replaceHead takes a sequential model, and got ${showValue(model.name ?? 'one of another kind')}`,
    );
  if (params) checkParams("replaceHead's params", model, params);
  if (layers >= all.length)
    throw new InputError(
      'setting',
      `nn: replaceHead's layers is ${layers}, and the model has ${all.length}; leave at least one`,
    );
  const values = paramsFrom(model, params) as Readonly<Record<string, Tree<ParamSpec>>>;
  const body = all
    .slice(0, -layers)
    .map(({ key, layer }): [string, AnyModel] => [key, { ...layer, params: values[key]! }]);
  const next: [string, AnyModel][] = [...body, [all.at(-layers)!.key, head]];
  return Array.isArray(model.params) ? stack(next.map(([, layer]) => layer)) : stack(Object.fromEntries(next));
}

/** `sequential` of layers whose types aren't known. */
const stack = sequential as (layers: readonly AnyModel[] | Readonly<Record<string, AnyModel>>) => AnyModel;
