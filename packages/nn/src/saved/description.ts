import type { AnyModel } from '../model.ts';

/** JSON that a layer is made again from: the function's name and its settings, with initializers by name. */
export interface LayerDescription {
  readonly layer: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** By the function that computes a layer's output, so that a copy with another one is not taken for the layer. */
const descriptions = new WeakMap<AnyModel['apply'], LayerDescription>();

/** Says what a layer is made from. Returns the layer. */
export function described<M extends AnyModel>(layer: M, description: LayerDescription): M {
  descriptions.set(layer.apply, description);
  return layer;
}

/** What a layer is made from, where it is one of ours as it was made. */
export const descriptionOf = (layer: AnyModel): LayerDescription | undefined => descriptions.get(layer.apply);
