import type { AnyNodeLayer, NodeStage } from '../layers/node-layer.ts';

/** By the function that computes a layer's output, so that a copy with another one is not taken for what these stages make. */
const stages = new WeakMap<AnyNodeLayer['apply'], readonly NodeStage[]>();

/** Says of which stages, one after another, a layer's output is made; batches of nodes then take no more of each than the next needs. Returns the layer. */
export function staged<L extends AnyNodeLayer>(layer: L, made: readonly NodeStage[] | undefined): L {
  if (made) stages.set(layer.apply, made);
  return layer;
}

/** The stages of a layer, where it is one that was said to have some, as it was made. */
export const stagesIn = (layer: AnyNodeLayer): readonly NodeStage[] | undefined => stages.get(layer.apply);
