import { checkFiniteValues, InputError } from '@unbraid/checks';
import { cast, greaterEqual, layoutOf, mapTree, mul, relu, sigmoid, type Tensor, type Tree } from '@unbraid/graph';
import { type AnyModel, applyModel, type Mode, type ParamSpec, stored } from '@unbraid/nn';
import { type DeepLayers, deepRelu } from './deep-relu.ts';
import type { Stage } from './stages.ts';

/** What gates are the signs of. */
export type GateKind = 'relu' | 'linear' | 'input';

/** How the gates of a network are made. */
export interface GateSettings extends DeepLayers {
  readonly gates: GateKind;
  readonly learning: 'fixed' | 'decoupled';
  /** β */
  readonly sharpness: number;
  readonly learnt?: Float32Array | undefined;
}

/** The layer that gates of layer `l` are the signs of. @throws {InputError} where the input's gates are asked for and there are none */
function sourceOf({ linear, gate }: Stage, l: number, gates: GateKind): AnyModel {
  if (gates !== 'input') return linear;
  if (gate) return gate;
  throw new InputError(
    'setting',
    `galu: deepGalu: layer ${l} (counted from 0) has no gate of the input; give its "gate", or take the gates of a feature network`,
  );
}

/** The gates of all layers for a batch of inputs. */
export type Gates = (features: readonly unknown[], x: Tensor, mode?: Mode) => Tensor[];

/**
 * G_l(x) of each layer: 1{q_l ≥ 0} where gates are fixed, σ(β q_l) where they are trained.
 * @throws {InputError} as `sourceOf`
 */
export function gatesOver({ stages, gates, learning, sharpness }: GateSettings): Gates {
  const sources = stages.map((stage, l) => sourceOf(stage, l, gates));
  const opened = (q: Tensor): Tensor =>
    learning === 'decoupled' ? sigmoid(mul(q, sharpness)) : cast(greaterEqual(q, 0), 'float32');
  if (gates === 'input')
    return (features, x, mode) => sources.map((source, l) => opened(applyModel(source, features[l], x, mode)));
  return (features, x, mode) => {
    let h = x;
    return sources.map((source, l) => {
      const q = applyModel(source, features[l], h, mode);
      const { after } = stages[l]!;
      const next = gates === 'relu' ? relu(q) : q;
      h = after ? applyModel(after, {}, next, mode) : next;
      return opened(q);
    });
  };
}

/**
 * Parameters of what gates are made of, layer by layer: fixed or not, drawn or learnt.
 * @throws {InputError} for learnt parameters that are another network's, or not finite, or of gates that aren't a ReLU network's
 */
export function featureParams(settings: GateSettings): Tree<ParamSpec>[] {
  const { stages, gates, learning, learnt } = settings;
  const trainable = learning === 'decoupled';
  const begin = learnt && learntValues(settings, learnt);
  return stages.map((stage, l) =>
    mapTree<ParamSpec, ParamSpec>(sourceOf(stage, l, gates).params as ParamSpec, (leaf, path) => {
      const spec = leaf as ParamSpec;
      const initializer = begin ? stored(begin(l, path)) : spec.initializer;
      return { ...spec, initializer, trainable };
    }),
  );
}

/** What a trained ReLU network has at a path of a layer. */
function learntValues(layers: GateSettings, learnt: Float32Array): (layer: number, path: string) => Float32Array {
  const refuse = (what: string) => new InputError('setting', `galu: deepGalu's learnt ${what}`);
  if (layers.gates !== 'relu') throw refuse(`parameters are for the gates "relu"; these are "${layers.gates}"`);
  if (!(learnt instanceof Float32Array)) throw refuse('is no Float32Array; give the params of a fit of deepRelu');
  const { stages, output } = layers;
  const { size, leaves } = layoutOf(deepRelu({ stages, output }).params, 'params');
  if (learnt.length !== size)
    throw refuse(
      `has ${learnt.length} values, the ReLU network of these layers has ${size}; give deepRelu the same layers`,
    );
  checkFiniteValues("galu: deepGalu's learnt", learnt, 'train that network again');
  const places = new Map(leaves.map((leaf) => [leaf.path, leaf]));
  return (layer, path) => {
    const { offset, size: length } = places.get(`stages.${layer}${path === '' ? '' : `.${path}`}`)!;
    return learnt.slice(offset, offset + length);
  };
}
