import { stagesIn } from '../compose/staged.ts';
import type { AnyNodeLayer, NodeStage } from '../layers/node-layer.ts';

/**
 * The stages of a model; where it doesn't say, it is one.
 * @param hops how far it hears, where it doesn't say that either
 */
export function stagesOf(model: AnyNodeLayer, hops: number): readonly NodeStage[] {
  const heard = model.hops === undefined ? { hops, isGlobal: true } : { hops: model.hops, isGlobal: model.isGlobal };
  return stagesIn(model) ?? [{ ...heard, apply: (params, x, context) => model.apply(params, x, context) }];
}

/** How far nodes hear in all stages from each on, that one included; 0 after the last. */
export function radiiOf(stages: readonly NodeStage[]): number[] {
  const radii = [0];
  for (const { hops } of stages.toReversed()) radii.unshift(radii[0]! + hops);
  return radii;
}

/** How many hops a model hears in all, which is how many numbers `sample.fanOuts` takes; `undefined` where it doesn't say. */
export function hopsOf(model: AnyNodeLayer): number | undefined {
  const stages = stagesIn(model);
  return stages ? radiiOf(stages)[0] : model.hops;
}
