import type { AnyModel } from '@unbraid/nn';
import { eachNode } from '../compose/each-node.ts';
import { nodeResidual } from '../compose/residual.ts';
import { nodeSequence } from '../compose/sequence.ts';
import type { AnyNodeLayer } from '../layers/node-layer.ts';

/** A layer whose type of parameters doesn't matter: a network made of settings has a tree that types can't follow. */
export const untyped = (layer: unknown): AnyNodeLayer => layer as AnyNodeLayer;

/** `nodeSequence` of such layers. */
export const sequenceOf = (layers: readonly AnyNodeLayer[] | Readonly<Record<string, AnyNodeLayer>>): AnyNodeLayer =>
  (nodeSequence as (layers: unknown) => unknown)(layers) as AnyNodeLayer;

/** `nodeResidual` of one. */
export const residualOf = (branch: AnyNodeLayer): AnyNodeLayer =>
  (nodeResidual as (branch: AnyNodeLayer) => unknown)(branch) as AnyNodeLayer;

/** `eachNode` of a model of `@unbraid/nn`. */
export const eachNodeOf = (model: AnyModel): AnyNodeLayer =>
  (eachNode as (model: AnyModel) => unknown)(model) as AnyNodeLayer;
