import { InputError, showValue } from '@unbraid/checks';
import type { AnyNodeLayer } from '../layers/node-layer.ts';

/** @throws {InputError} `setting`, for what is no layer of nodes */
export function checkLayer(who: string, layer: unknown): asserts layer is AnyNodeLayer {
  const { apply, params } = (layer ?? {}) as Partial<AnyNodeLayer>;
  if (typeof apply === 'function' && typeof params === 'object' && params !== null) return;
  throw new InputError('setting', `gfgn: ${who} is ${showValue(layer)}; a layer or network of nodes is needed`);
}

/** What layers one after another take and give. @throws {InputError} `setting`, where one gives another width than the next takes */
export function widthsOf(layers: readonly (readonly [key: string, layer: AnyNodeLayer])[]): {
  inputs?: number;
  outputs?: number;
} {
  let inputs: number | undefined;
  let outputs: number | undefined;
  let before = '';
  for (const [key, layer] of layers) {
    if (layer.inputs !== undefined && outputs !== undefined && layer.inputs !== outputs)
      throw new InputError(
        'setting',
        `gfgn: ${before} gives ${outputs} features for a node, ${key} takes ${layer.inputs}; make them the same`,
      );
    // What comes before keeps the width, so it is that of the whole.
    if (outputs === undefined) inputs ??= layer.inputs;
    if ((layer.outputs ?? layer.inputs) !== undefined) {
      outputs = layer.outputs ?? layer.inputs;
      before = key;
    }
  }
  return { ...(inputs !== undefined && { inputs }), ...(outputs !== undefined && { outputs }) };
}
