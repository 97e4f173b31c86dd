import { checkSettings, finite, oneOf } from '@unbraid/checks';
import { type ActivationName, activation, dense, layerNorm } from '@unbraid/nn';
import { object } from 'zod';
import { nodeAggregate } from '../compose/aggregate.ts';
import { nodeDropout } from '../compose/dropout.ts';
import { withEgo } from '../compose/with-ego.ts';
import { gfgnGraph } from '../layers/gfgn-graph.ts';
import { gfgnNeighbor } from '../layers/gfgn-neighbor.ts';
import { gfgnPair } from '../layers/gfgn-pair.ts';
import { nodeDense } from '../layers/node-dense.ts';
import type { AnyNodeLayer } from '../layers/node-layer.ts';
import { type LayerKind, layerKinds, layerOf } from './layer-kinds.ts';
import { commonSettings, type NetworkDropout, ratesOf } from './network-settings.ts';
import { eachNodeOf, residualOf, sequenceOf, untyped } from './untyped.ts';

/** What `residualNetwork` takes. */
export interface ResidualNetworkOptions {
  /** How nodes hear of each other in a block. `mlp`: not at all, a ResNet. */
  readonly layer: LayerKind;
  /** Width of the features. */
  readonly inputs: number;
  /** Width of what comes out for a node: classes, or quantities. */
  readonly outputs: number;
  /** Width between blocks. Default 64. */
  readonly hidden?: number;
  /** Blocks. Default 2. */
  readonly depth?: number;
  /** Width within the two layers of a block's MLP, in parts of `hidden`. Default 1. */
  readonly expansion?: number;
  /** Behind each linear layer but the last, everywhere the same, or by its place. Default 0.5. */
  readonly dropout?: number | NetworkDropout;
  /** Default `gelu`. */
  readonly activation?: 'relu' | 'gelu' | 'elu' | 'leakyRelu' | 'silu' | 'tanh';
  /** Of layers with attention, which divide `hidden`. Default 8. */
  readonly heads?: number;
  /** λ of the GFGN layers. Default 2. */
  readonly limit?: number;
  /** Width of the features of edges that layers with attention see. Default 0: none. */
  readonly edgeFeatures?: number;
}

const settings = object({
  ...commonSettings,
  layer: oneOf(...layerKinds),
  depth: commonSettings.depth.default(2),
  expansion: finite({ above: 0 }).default(1),
  activation: commonSettings.activation.default('gelu'),
});

type Checked = ReturnType<typeof settings.parse>;

/**
 * The network by which Platonov et al. 2023, arXiv 2302.11640, compare layers: a linear layer with activation, blocks, layer normalization, and a linear layer. A
 * block is x + f(LayerNorm(x)), f being what neighbours come to and an MLP of two layers behind it: Ã x for `gcn`; [x, mean], [x, maximum] for `sage`,
 * `sageMax`; attention for `gat`, attention to the others beside a map of a node's own for `gatSep`; GFGN's gates on the features as they are for `gfgnGraph`, `gfgnNeighbor`,
 * `gfgnPair`. In `graphTransformer` attention and MLP are blocks of their own, as there; `gin` is its own MLP.
 * @throws {InputError} `setting`, for settings that are unknown or out of range, and for heads that don't divide a width
 */
export function residualNetwork(options: ResidualNetworkOptions): AnyNodeLayer {
  const checked = checkSettings('gfgn: residualNetwork', settings, options);
  const { inputs, outputs, hidden, depth } = checked;
  const blocks = Array.from({ length: depth }, () => blocksOf(checked)).flat();
  return sequenceOf({
    input: untyped(nodeDense(inputs, hidden)),
    dropout: untyped(nodeDropout(ratesOf(checked.dropout).inputs)),
    active: active(checked),
    blocks: sequenceOf(blocks),
    norm: norm(checked),
    output: untyped(nodeDense(hidden, outputs)),
  });
}

const active = ({ activation: name }: Checked) => eachNodeOf(activation(name as ActivationName));
const norm = ({ hidden }: Checked) => eachNodeOf(layerNorm({ features: hidden }));
const dropout = (checked: Checked) => untyped(nodeDropout(ratesOf(checked.dropout).hidden));

const block = (checked: Checked, ...steps: readonly AnyNodeLayer[]): AnyNodeLayer =>
  residualOf(sequenceOf([norm(checked), ...steps]));

/** Two layers, each with dropout behind it. @param inputs parts of `hidden` that come in */
function feedForward(checked: Checked, inputs = 1): AnyNodeLayer[] {
  const { hidden, expansion } = checked;
  const width = Math.max(1, Math.round(expansion * hidden));
  return [
    eachNodeOf(dense(inputs * hidden, width)),
    dropout(checked),
    active(checked),
    eachNodeOf(dense(width, hidden)),
    dropout(checked),
  ];
}

function blocksOf(checked: Checked): AnyNodeLayer[] {
  const { layer, hidden, heads, limit, edgeFeatures } = checked;
  const { attention } = ratesOf(checked.dropout);
  const of = (kind: LayerKind) => layerOf(kind, hidden, hidden, { heads, limit, edgeFeatures, dropout: attention });
  const beside = (inner: unknown) => block(checked, untyped(withEgo(untyped(inner))), ...feedForward(checked, 2));
  const after = (inner: unknown) => block(checked, untyped(inner), ...feedForward(checked));
  const kinds: Readonly<Record<LayerKind, () => AnyNodeLayer[]>> = {
    mlp: () => [block(checked, ...feedForward(checked))],
    gcn: () => [after(nodeAggregate('normalized'))],
    sage: () => [beside(nodeAggregate('mean'))],
    sageMax: () => [beside(nodeAggregate('max'))],
    gat: () => [after(of('gat'))],
    gatSep: () => [after(of('gatSep'))],
    gin: () => [block(checked, of('gin'), dropout(checked))],
    graphTransformer: () => [
      block(checked, of('graphTransformer'), dropout(checked)),
      block(checked, ...feedForward(checked)),
    ],
    gfgnGraph: () => [after(gfgnGraph(hidden, undefined, { limit }))],
    gfgnNeighbor: () => [after(gfgnNeighbor(hidden, undefined, { limit }))],
    gfgnPair: () => [after(gfgnPair(hidden, undefined, { limit }))],
  };
  return kinds[layer]();
}
