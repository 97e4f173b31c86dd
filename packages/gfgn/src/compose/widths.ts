import { InputError, showValue } from '@unbraid/checks';
import type { AnyNodeLayer } from '../layers/node-layer.ts';

/** Whether something is a layer, or a whole network, of nodes. */
export function isLayer(value: unknown): value is AnyNodeLayer {
  const { apply, params } = (value ?? {}) as Partial<AnyNodeLayer>;
  return typeof apply === 'function' && typeof params === 'object' && params !== null;
}

/** @throws {InputError} `setting`, for what is no layer of nodes */
export function checkLayer(who: string, layer: unknown): asserts layer is AnyNodeLayer {
  if (isLayer(layer)) return;
  throw new InputError('setting', `gfgn: ${who} is ${showValue(layer)}; a layer or network of nodes is needed`);
}

/** What a layer says of its widths. */
export type Widths = Pick<AnyNodeLayer, 'inputs' | 'outputs' | 'keepsWidth'>;

/** Width of what a layer gives for a node, of features of a width that may not be known; `undefined` where that isn't known either. */
export const outputsOf = ({ inputs, outputs, keepsWidth = true }: Widths, width?: number): number | undefined =>
  outputs ?? (keepsWidth ? (inputs ?? width) : undefined);

/** Whether a layer gives as many features as it takes, however many these are. */
export const keepsAny = ({ inputs, outputs, keepsWidth = true }: Widths): boolean =>
  inputs === undefined && outputs === undefined && keepsWidth;

/** What a layer says of widths that may not be known. @param keeps whether it gives as many features as it takes, where neither is known */
export const widths = (inputs: number | undefined, outputs: number | undefined, keeps: boolean): Widths => ({
  ...(inputs !== undefined && { inputs }),
  ...(outputs !== undefined && { outputs }),
  ...(outputs === undefined && !keeps && { keepsWidth: false }),
});

/** What layers one after another take and give. @throws {InputError} `setting`, where one gives another width than the next takes */
export function widthsOf(layers: readonly (readonly [key: string, layer: Widths])[]): Widths {
  let inputs: number | undefined;
  let outputs: number | undefined;
  let before = '';
  // Whether all that came before gives as many features as it takes.
  let keeps = true;
  for (const [key, layer] of layers) {
    if (layer.inputs !== undefined && outputs !== undefined && layer.inputs !== outputs)
      throw new InputError(
        'setting',
        `gfgn: ${before} gives ${outputs} features for a node, ${key} takes ${layer.inputs}; make them the same`,
      );
    if (keeps) inputs ??= layer.inputs;
    if (!keepsAny(layer)) before = key;
    keeps &&= keepsAny(layer);
    outputs = outputsOf(layer, outputs);
  }
  return widths(inputs, outputs, keeps);
}
