import { InputError, showValue, unknownName } from '@unbraid/checks';
import { type AnyModel, buildModel } from '@unbraid/nn';
import { type FagcnOptions, fagcnPropagation } from '../layers/fagcn.ts';
import { gatLayer } from '../layers/gat.ts';
import { gcnLayer } from '../layers/gcn.ts';
import { gfgnGraph } from '../layers/gfgn-graph.ts';
import { gfgnNeighbor } from '../layers/gfgn-neighbor.ts';
import { gfgnPair } from '../layers/gfgn-pair.ts';
import { ginLayer } from '../layers/gin.ts';
import { gprPropagation } from '../layers/gpr.ts';
import { graphTransformerLayer } from '../layers/graph-transformer.ts';
import { h2gcnPropagation } from '../layers/h2gcn.ts';
import { linkxLayer } from '../layers/linkx.ts';
import { mixHopLayer } from '../layers/mixhop.ts';
import { nodeDense } from '../layers/node-dense.ts';
import type { AnyNodeLayer } from '../layers/node-layer.ts';
import { sageLayer } from '../layers/sage.ts';
import { type Aggregation, nodeAggregate } from './aggregate.ts';
import { nodeDropout } from './dropout.ts';
import { eachNode } from './each-node.ts';
import { nodeJumping } from './jumping.ts';
import { nodeResidual } from './residual.ts';
import { nodeSequence } from './sequence.ts';
import { withEgo } from './with-ego.ts';

type Settings = Readonly<Record<string, unknown>>;
type Build = (json: unknown) => AnyNodeLayer;

/** Makes a layer of settings, widths and options, that it checks itself; `known` are the names of all. */
const of =
  (known: string, make: (settings: never) => unknown) =>
  (settings: Settings): AnyNodeLayer => {
    const stray = Object.keys(settings).find((key) => !known.split(' ').includes(key));
    if (stray !== undefined) throw new InputError('model', `gfgn: a layer has no setting ${showValue(stray)}`);
    return make(settings as never) as AnyNodeLayer;
  };

/** What a layer's settings are here, whatever a file says; the layer refuses what it can't take. */
interface Widths {
  readonly inputs: number;
  readonly outputs: number;
}
type Heads = Widths & { readonly heads: number };

const sized =
  (make: (inputs: number, outputs: number, options: never) => unknown) =>
  ({ inputs, outputs, ...options }: Widths) =>
    make(inputs, outputs, options as never);

const headed =
  (make: (inputs: number, width: number, heads: number, options: never) => unknown) =>
  ({ inputs, outputs, heads, ...options }: Heads) =>
    make(inputs, outputs, heads, options as never);

const GATED = of.bind(undefined, 'inputs outputs limit');

/** Layers by name that have no others in them. */
const layers: Readonly<Record<string, (settings: Settings) => AnyNodeLayer>> = {
  nodeDense: of('inputs outputs', sized(nodeDense)),
  gcnLayer: of('inputs outputs hops', (s: Widths & { hops: number }) => gcnLayer(s.inputs, s.outputs, s.hops)),
  gatLayer: of('inputs outputs heads ego dropout edgeFeatures', headed(gatLayer)),
  graphTransformerLayer: of('inputs outputs heads dropout edgeFeatures', headed(graphTransformerLayer)),
  sageLayer: of('inputs outputs aggregate', sized(sageLayer)),
  ginLayer: of('inputs outputs hidden', sized(ginLayer)),
  gprPropagation: of('hops restart', gprPropagation),
  fagcnPropagation: of('inputs steps epsilon dropout', ({ inputs, ...rest }: { inputs: number } & FagcnOptions) =>
    fagcnPropagation(inputs, rest),
  ),
  h2gcnPropagation: of('inputs rounds', (s: Widths & { rounds: number }) => h2gcnPropagation(s.inputs, s.rounds)),
  linkxLayer: of('inputs outputs nodes hidden', sized(linkxLayer)),
  mixHopLayer: of('inputs outputs powers', (s: Widths & { powers: number[] }) =>
    mixHopLayer(s.inputs, s.outputs, s.powers),
  ),
  gfgnGraph: GATED(sized(gfgnGraph)),
  gfgnNeighbor: GATED(sized(gfgnNeighbor)),
  gfgnPair: GATED(sized(gfgnPair)),
  nodeDropout: of('rate', ({ rate }: { rate: number }) => nodeDropout(rate)),
  nodeAggregate: of('by', ({ by }: { by: Aggregation }) => nodeAggregate(by)),
  eachNode: of('model', ({ model }: { model: unknown }) =>
    (eachNode as (model: AnyModel) => unknown)(buildModel(model)),
  ),
};

/** Layers by name that are made of others. */
const composed: Readonly<Record<string, (settings: Settings, inner: Build) => AnyNodeLayer>> = {
  nodeSequence: buildSequence,
  nodeResidual: (settings, inner) =>
    of('branch shortcut', ({ branch, shortcut }: Settings) =>
      nodeResidual(inner(branch), shortcut === undefined ? undefined : inner(shortcut)),
    )(settings),
  nodeJumping: (settings, inner) =>
    of('layers how', ({ layers: given, how }: { layers: unknown; how: 'concat' }) =>
      nodeJumping(listOf(given).map(inner), how),
    )(settings),
  withEgo: (settings, inner) => of('layer', ({ layer }: Settings) => withEgo(inner(layer)))(settings),
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
  const inner: Build = (value) => buildNetwork(value, depth + 1);
  if (Object.hasOwn(composed, name)) return composed[name]!(given, inner);
  if (Object.hasOwn(layers, name)) return layers[name]!(given);
  const names = [...Object.keys(layers), ...Object.keys(composed)];
  throw new InputError('model', `gfgn: ${unknownName('layer', name.slice(0, 40), names)}`);
}

function buildSequence(settings: Settings, inner: Build): AnyNodeLayer {
  const { list, layers: given } = settings;
  if (typeof list !== 'boolean') throw new InputError('model', 'gfgn: a sequence has no list of layers');
  const entries = listOf(given).map((entry): [string, AnyNodeLayer] => {
    if (!Array.isArray(entry) || entry.length !== 2 || typeof entry[0] !== 'string')
      throw new InputError('model', 'gfgn: a layer of a sequence is no pair of a key and a layer');
    return [entry[0], inner(entry[1])];
  });
  const made = list ? entries.map(([, layer]) => layer) : Object.fromEntries(entries);
  return of('list layers', () => nodeSequence(made))(settings);
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new InputError('model', `gfgn: a network's layers are ${showValue(value)}; a list of layers is needed`);
}

function asRecord(value: unknown, what: string): Settings {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Settings;
  throw new InputError('model', `gfgn: ${what} is ${showValue(value)}; an object is needed`);
}
