import { checkSettings, count, finite, flag, InputError, oneOf, text } from '@unbraid/checks';
import type { TensorsOf } from '@unbraid/graph';
import { add, constant, exp, minimum, relu, sub, type Tensor } from '@unbraid/graph';
import { array, object } from 'zod';
import { hearingOf } from './compose/hearing.ts';
import { staged, stagesIn } from './compose/staged.ts';
import { gatLayer } from './layers/gat.ts';
import { DEFAULT_LIMIT } from './layers/gate.ts';
import { gcnLayer } from './layers/gcn.ts';
import { gfgnGraph } from './layers/gfgn-graph.ts';
import { gfgnNeighbor } from './layers/gfgn-neighbor.ts';
import { gfgnPair } from './layers/gfgn-pair.ts';
import { denseOf } from './layers/linear.ts';
import { type LinearParams, nodeDense } from './layers/node-dense.ts';
import { type AnyNodeLayer, type Context, dropped, type NodeLayer, type Signal } from './layers/node-layer.ts';
import { namedNetwork } from './networks/named-network.ts';
import { commonSettings } from './networks/network-settings.ts';

/** Names of models. */
export const modelNames = [
  ...['mlp', 'gcn', 'sgc', 'gat', 'gfgnGraph', 'gfgnNeighbor', 'gfgnPair'],
  ...['gatSep', 'sage', 'sageMax', 'gin', 'graphTransformer', 'gprGnn', 'h2gcn', 'fagcn', 'mixHop', 'linkx'],
] as const;
/** One of `modelNames`. */
export type ModelName = (typeof modelNames)[number];

/** What a model is made of, beside its widths. */
export interface ModelOptions {
  /** By its name. */
  readonly model: ModelName;
  /** Width of the hidden layer; with `gat` that of one of its 8 heads. Default 64; with `gat` 8. */
  readonly hidden?: number;
  /** Layers, or blocks with `residual`; hops of `sgc`, rounds of `h2gcn`; `gprGnn` and `linkx` have none. Default 2. */
  readonly depth?: number;
  /** Whether layers stand in residual blocks with layer normalization and an MLP, as `residualNetwork` makes them. Default false. */
  readonly residual?: boolean;
  /** Part of the entries that dropout sets to zero, before each layer. Default 0.5. */
  readonly dropout?: number;
  /** λ of the GFGN models: the largest smoothing score. Default 2. */
  readonly limit?: number;
  /**
   * Of the GFGN models: gate and smooth the features themselves, which must be dense, and then classify each node by a hidden layer, so that scores
   * belong to the features' own dimensions. Default false.
   */
  readonly gateInputs?: boolean;
}

/** What a graph needs of a model. */
export interface ModelFacts {
  /** Width of the features. */
  readonly inputs: number;
  /** How many there are. */
  readonly classes: number;
  /** Their names, where labels were names. */
  readonly names?: readonly string[] | undefined;
  /** How many nodes the graph has, of which `linkx` has parameters. */
  readonly nodes?: number | undefined;
}

/** Everything that a model by name is made of but the values of its parameters. */
export interface NamedSettings extends Required<ModelOptions>, ModelFacts {}

/** Everything that a model made of layers is made of but the values of its parameters. */
export interface NetworkSettings extends ModelFacts {
  readonly model: 'network';
  /** Its layers, as `describeNetwork` gives them: JSON. Left out where some are not ours, so that only code can make it again. */
  readonly network?: unknown;
}

/** Everything that a model is made of but the values of its parameters, and but layers of one's own. */
export type ModelSettings = NamedSettings | NetworkSettings;

/** A model of the nodes of a graph: a network of which it is known what goes in, [nodes, inputs], and what comes out, logits [nodes, classes]. */
export interface NodeModel extends AnyNodeLayer {
  readonly settings: ModelSettings;
  apply(params: never, x: Signal, context: Context): Tensor;
}

/** A model by name. */
export type NamedModel = NodeModel & { readonly settings: NamedSettings };

/** Heads of the first layer of `gat`, as in its paper. */
const HEADS = 8;

type TwoLayers = (inputs: number, hidden: number, classes: number, limit: number) => readonly [AnyLayer, AnyLayer];
type AnyLayer = NodeLayer<never>;

const both =
  (layer: (inputs: number, outputs: number, limit: number) => unknown): TwoLayers =>
  (inputs, hidden, classes, limit) => [
    layer(inputs, hidden, limit) as AnyLayer,
    layer(hidden, classes, limit) as AnyLayer,
  ];

/** Those whose parameters are called `first` and `second` in files. */
const layers: Readonly<Partial<Record<ModelName, TwoLayers>>> = {
  mlp: both(nodeDense),
  gcn: both((inputs, outputs) => gcnLayer(inputs, outputs)),
  gat: (inputs, hidden, classes) =>
    [gatLayer(inputs, hidden, HEADS), gatLayer(HEADS * hidden, classes, 1)] as unknown as readonly [AnyLayer, AnyLayer],
  gfgnGraph: both((inputs, outputs, limit) => gfgnGraph(inputs, outputs, { limit })),
  gfgnNeighbor: both((inputs, outputs, limit) => gfgnNeighbor(inputs, outputs, { limit })),
  gfgnPair: both((inputs, outputs, limit) => gfgnPair(inputs, outputs, { limit })),
};

/** What a model by name may be told. */
export const modelSettings = {
  model: oneOf(...modelNames),
  hidden: count().optional(),
  depth: commonSettings.depth.default(2),
  residual: flag().default(false),
  dropout: finite({ min: 0, below: 1 }).default(0.5),
  limit: finite({ above: 0 }).default(DEFAULT_LIMIT),
  gateInputs: flag().default(false),
};

const facts = {
  inputs: count(),
  classes: count(),
  nodes: count().optional(),
  names: array(text(), { error: 'a list of names' }).optional(),
};
const settingsOf = object({ ...modelSettings, ...facts });

/**
 * A model by name: layers, two unless `depth` says otherwise, with dropout before each and ReLU between them (ELU in `gat`); `sgc` is one linear layer after
 * that many steps of smoothing; `gprGnn`, `h2gcn`, `fagcn`, `mixHop`, `linkx` are the networks of their papers.
 * @throws {InputError} for a setting that is unknown or out of range
 */
export function createModel(options: ModelOptions & ModelFacts): NamedModel {
  const checked = checkSettings('gfgn: createModel', settingsOf, options);
  const { model, inputs, classes, depth, residual, dropout, limit, gateInputs, names, nodes } = checked;
  checkNames(checked);
  const hidden = checked.hidden ?? (model === 'gat' ? 8 : 64);
  const settings: NamedSettings = {
    model,
    inputs,
    classes,
    hidden,
    depth,
    residual,
    dropout,
    limit,
    gateInputs,
    ...(names && { names }),
    ...(model === 'linkx' && { nodes }),
  };
  if (gateInputs) return gatedInputs(settings);
  const two = depth === 2 && !residual ? layers[model] : undefined;
  if (!two) return networkOf(settings);
  const [first, second] = two(inputs, hidden, classes, limit);
  const heard = { hops: model === 'mlp' ? 0 : 1, isGlobal: model === 'gfgnGraph' };
  const begin = (params: TwoParams, x: Signal, context: Context) =>
    first.apply(params.first, dropped(x, dropout, context), context);
  const end = (params: TwoParams, z: Tensor, context: Context) => {
    // A ReLU and a factor that is not negative may change places; in this order a kernel's result goes straight to the next kernel.
    const h = model === 'gat' ? dropped(elu(z), dropout, context) : relu(dropped(z, dropout, context) as Tensor);
    return second.apply(params.second, h, context);
  };
  const made: NamedModel = {
    settings,
    params: { first: first.params, second: second.params },
    apply: (params: TwoParams, x, context) => end(params, begin(params, x, context), context),
  };
  return staged(made, [
    { ...heard, apply: begin },
    { ...heard, apply: (params: TwoParams, z, context) => end(params, z as Tensor, context) },
  ]);
}

/** What has other layers than two, or is no model of layers. */
function networkOf(settings: NamedSettings): NamedModel {
  const { model, inputs, hidden, classes, depth, residual } = settings;
  if (model === 'sgc') {
    if (residual) throw new InputError('setting', 'gfgn: residual is not for sgc, which has one layer; leave it out');
    return single(settings, gcnLayer(inputs, classes, depth) as unknown as AnyLayer);
  }
  const network = namedNetwork({
    ...{ ...settings, model, outputs: classes, nodes: settings.nodes },
    hidden: model === 'gat' ? HEADS * hidden : hidden,
  });
  const { params } = network;
  const made: NamedModel = {
    settings,
    params,
    apply: (values, x, context) => denseOf(network.apply(values, x, context)),
  };
  return staged(made, stagesIn(network));
}

type TwoParams = { readonly first: never; readonly second: never };

/** @throws {InputError} `setting`, unless every class has a name, where they have some */
export function checkNames({ names, classes }: Pick<ModelFacts, 'names' | 'classes'>): void {
  if (!names || names.length === classes) return;
  throw new InputError(
    'setting',
    `gfgn: createModel has ${names.length} names of ${classes} classes; one each is needed`,
  );
}

const single = (settings: NamedSettings, layer: AnyLayer): NamedModel => ({
  settings,
  ...hearingOf([layer]),
  params: { first: layer.params },
  apply: (params: { first: never }, x, context) =>
    layer.apply(params.first, dropped(x, settings.dropout, context), context),
});

const gates = { gfgnGraph, gfgnNeighbor, gfgnPair } as const;

function gatedInputs(settings: NamedSettings): NamedModel {
  const { model, inputs, hidden, classes, dropout, limit, depth, residual } = settings;
  if (depth !== 2 || residual)
    throw new InputError(
      'setting',
      'gfgn: gateInputs has one hidden layer behind the gates; leave out depth and residual',
    );
  if (!(model in gates)) throw new InputError('setting', `gfgn: gateInputs is for the GFGN models, not for ${model}`);
  const gate = gates[model as keyof typeof gates](inputs, undefined, { limit }) as AnyLayer;
  const [first, second] = [nodeDense(inputs, hidden), nodeDense(hidden, classes)];
  return {
    settings,
    params: { gate: gate.params, first: first.params, second: second.params },
    apply(params: { gate: never; first: TensorsOf<LinearParams>; second: TensorsOf<LinearParams> }, x, context) {
      const smoothed = gate.apply(params.gate, x, context);
      const h = relu(first.apply(params.first, dropped(smoothed, dropout, context), context));
      return second.apply(params.second, dropped(h, dropout, context), context);
    },
  };
}

/** x where it is positive, else e^x − 1. */
const elu = (x: Tensor): Tensor => add(relu(x), sub(exp(minimum(x, constant(0))), 1));
