import { InputError, showValue, unknownName } from '@unbraid/checks';
import { type AnyModel, buildModel, describeModel } from '@unbraid/nn';
import { gatLayer, gcnLayer, nodeDense } from '../layers/baselines.ts';
import { gfgnGraph } from '../layers/gfgn-graph.ts';
import { gfgnNeighbor } from '../layers/gfgn-neighbor.ts';
import { gfgnPair } from '../layers/gfgn-pair.ts';
import type { AnyNodeLayer } from '../layers/node-layer.ts';
import { descriptionOf } from './described.ts';
import { nodeDropout } from './dropout.ts';
import { eachNode } from './each-node.ts';
import { nodeResidual } from './residual.ts';
import { nodeSequence } from './sequence.ts';

/** A network as JSON, or which of its layers can't be written down. */
export interface NetworkJson {
  readonly json?: unknown;
  /** Layers that are not ours, by their place: `1.branch (smoothing)`. */
  readonly own: readonly string[];
}

/** What a network is made of, where all of it is ours. */
export function describeNetwork(network: AnyNodeLayer): NetworkJson {
  const own: string[] = [];
  const visit = (layer: AnyNodeLayer, path: string): unknown => {
    const description = descriptionOf(layer);
    if (!description) own.push(`${path || 'the network'}${layer.name === undefined ? '' : ` (${layer.name})`}`);
    if (!description) return null;
    const at = (key: string) => (path === '' ? key : `${path}.${key}`);
    const { layer: name, settings } = description;
    if (name === 'eachNode') return { layer: name, settings: { model: visitModel(settings.model as AnyModel, path) } };
    if (name === 'nodeSequence') {
      const layers = settings.layers as Readonly<Record<string, AnyNodeLayer>>;
      const inner = Object.entries(layers).map(([key, each]) => [key, visit(each, at(key))]);
      return { layer: name, settings: { list: Array.isArray(layers), layers: inner } };
    }
    const entries = Object.entries(settings).map(([key, value]) => [
      key,
      isLayer(value) ? visit(value, at(key)) : value,
    ]);
    return { layer: name, settings: Object.fromEntries(entries) };
  };
  const visitModel = (model: AnyModel, path: string): unknown => {
    const { json, own: others } = describeModel(model);
    own.push(...others.map((each) => (path === '' ? each : `${path}: ${each}`)));
    return json ?? null;
  };
  const json = visit(network, '');
  return own.length > 0 ? { own } : { json, own };
}

const isLayer = (value: unknown): value is AnyNodeLayer =>
  typeof value === 'object' && value !== null && 'apply' in value && 'params' in value;

type Settings = Readonly<Record<string, unknown>>;

/** A layer from its settings, widths among them; the layer checks these itself. */
const of =
  (make: (inputs: number, outputs: number, options: never) => unknown, ...known: string[]) =>
  ({ inputs, outputs, ...options }: Settings): AnyNodeLayer => {
    refuseOthers(options, known);
    return make(inputs as number, outputs as number, options as never) as AnyNodeLayer;
  };

function refuseOthers(settings: Settings, known: readonly string[]): void {
  const stray = Object.keys(settings).find((key) => !known.includes(key));
  if (stray !== undefined) throw new InputError('model', `gfgn: a layer has no setting ${showValue(stray)}`);
}

/** `eachNode` of a model whose type isn't known. */
const asLayer = eachNode as (model: AnyModel) => AnyNodeLayer;

/** Layers by name. */
const layers: Readonly<Record<string, (settings: Settings) => AnyNodeLayer>> = {
  nodeDense: of(nodeDense),
  gcnLayer: of((inputs, outputs, { hops }: { hops?: number }) => gcnLayer(inputs, outputs, hops), 'hops'),
  gatLayer: of((inputs, width, { heads }: { heads: number }) => gatLayer(inputs, width, heads), 'heads'),
  gfgnGraph: of(gfgnGraph, 'limit'),
  gfgnNeighbor: of(gfgnNeighbor, 'limit'),
  gfgnPair: of(gfgnPair, 'limit'),
  nodeDropout({ rate, ...rest }) {
    refuseOthers(rest, []);
    return nodeDropout(rate as number);
  },
  eachNode({ model, ...rest }) {
    refuseOthers(rest, []);
    return asLayer(buildModel(model));
  },
};

/** Layers in layers; more are not written by anyone. */
const DEPTH = 64;

/**
 * The network that `describeNetwork` described.
 * @throws {InputError} in one line, for a layer that there isn't, and from the layer whose settings can't be
 */
export function buildNetwork(json: unknown, depth = 0): AnyNodeLayer {
  if (depth > DEPTH) throw new InputError('limit', `gfgn: there are more than ${DEPTH} layers in one another`);
  const { layer: name, settings } = asRecord(json, 'a layer');
  if (typeof name !== 'string') throw new InputError('model', `gfgn: a layer is called ${showValue(name)}`);
  const given = asRecord(settings, `the settings of ${showValue(name)}`);
  const inner = (value: unknown) => buildNetwork(value, depth + 1);
  if (name === 'nodeSequence') return buildSequence(given, inner);
  if (name === 'nodeResidual') {
    const { branch, shortcut, ...rest } = given;
    refuseOthers(rest, []);
    return nodeResidual(inner(branch), shortcut === undefined ? undefined : inner(shortcut)) as AnyNodeLayer;
  }
  const make = Object.hasOwn(layers, name) ? layers[name] : undefined;
  if (make) return make(given);
  const names = [...Object.keys(layers), 'nodeSequence', 'nodeResidual'];
  throw new InputError('model', `gfgn: ${unknownName('layer', name.slice(0, 40), names)}`);
}

function buildSequence({ list, layers: given, ...rest }: Settings, inner: (json: unknown) => AnyNodeLayer) {
  refuseOthers(rest, []);
  if (typeof list !== 'boolean' || !Array.isArray(given))
    throw new InputError('model', 'gfgn: a sequence has no list of layers');
  const entries = given.map((entry: unknown): [string, AnyNodeLayer] => {
    if (!Array.isArray(entry) || entry.length !== 2 || typeof entry[0] !== 'string')
      throw new InputError('model', 'gfgn: a layer of a sequence is no pair of a key and a layer');
    return [entry[0], inner(entry[1])];
  });
  const made = list ? entries.map(([, layer]) => layer) : Object.fromEntries(entries);
  return nodeSequence(made) as unknown as AnyNodeLayer;
}

function asRecord(value: unknown, what: string): Settings {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Settings;
  throw new InputError('model', `gfgn: ${what} is ${showValue(value)}; an object is needed`);
}
