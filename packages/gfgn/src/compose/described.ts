import type { AnyNodeLayer } from '../layers/node-layer.ts';

/** JSON that a layer is made again from: the function's name and its settings. */
export interface LayerDescription {
  readonly layer: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** By the function that computes a layer's output, so that a copy with another one is not taken for the layer. */
const descriptions = new WeakMap<AnyNodeLayer['apply'], LayerDescription>();

/** Says what a layer is made from, settings that are `undefined` left out. Returns the layer. */
export function described<L extends AnyNodeLayer>(layer: L, name: string, settings: LayerDescription['settings']): L {
  const told = Object.entries(settings).filter(([, value]) => value !== undefined);
  descriptions.set(layer.apply, { layer: name, settings: Object.fromEntries(told) });
  return layer;
}

/** What a layer is made from, where it is one of ours as it was made. */
export const descriptionOf = (layer: AnyNodeLayer): LayerDescription | undefined => descriptions.get(layer.apply);
