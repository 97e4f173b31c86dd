import { checkSettings, flag, InputError, oneOf } from '@unbraid/checks';
import { type ActivationName, activation, layerNorm } from '@unbraid/nn';
import { custom, object, union } from 'zod';
import { nodeDropout } from '../compose/dropout.ts';
import { nodeJumping } from '../compose/jumping.ts';
import { checkLayer, outputsOf } from '../compose/widths.ts';
import { nodeDense } from '../layers/node-dense.ts';
import type { AnyNodeLayer } from '../layers/node-layer.ts';
import { type LayerKind, layerKinds, layerOf } from './layer-kinds.ts';
import { commonSettings, type NetworkDropout, ratesOf } from './network-settings.ts';
import { eachNodeOf, residualOf, sequenceOf, untyped } from './untyped.ts';

/** What `graphNetwork` takes. */
export interface GraphNetworkOptions {
  /** What the network is made of: a layer of ours by its name, or one of your own, made for so many inputs and outputs. */
  readonly layer: LayerKind | ((inputs: number, outputs: number) => AnyNodeLayer);
  /** Width of the features. */
  readonly inputs: number;
  /** Width of what comes out for a node: classes, or quantities. */
  readonly outputs: number;
  /** Width of hidden layers. Default 64. */
  readonly hidden?: number;
  /** Layers. Default 2. */
  readonly depth?: number;
  /** After every layer but the last. Default `relu`. */
  readonly activation?: 'relu' | 'gelu' | 'elu' | 'leakyRelu' | 'silu' | 'tanh';
  /** `layer` normalizes what a hidden layer gives, before its activation. Default `none`. */
  readonly norm?: 'none' | 'layer';
  /** Whether what goes into a layer is added to what comes out of it, wherever both are `hidden` wide. Default false. */
  readonly residual?: boolean;
  /** Jumping knowledge: a linear layer behind what all layers give, side by side or the largest of each feature. Default `none`. */
  readonly jumping?: 'none' | 'concat' | 'max';
  /** Before each layer, everywhere the same, or by its place. Default 0.5. */
  readonly dropout?: number | NetworkDropout;
  /** Of layers with attention, which divide `hidden`; the last layer has one, unless `jumping` puts a linear layer behind it. Default 8. */
  readonly heads?: number;
  /** λ of the GFGN layers. Default 2. */
  readonly limit?: number;
  /** Width of the features of edges that layers with attention see. Default 0: none. */
  readonly edgeFeatures?: number;
}

const settings = object({
  ...commonSettings,
  layer: union([oneOf(...layerKinds), custom<(inputs: number, outputs: number) => AnyNodeLayer>(isFunction)], {
    error: `${layerKinds.map((kind) => `"${kind}"`).join(', ')}, or a function that makes a layer`,
  }),
  depth: commonSettings.depth.default(2),
  activation: commonSettings.activation.default('relu'),
  norm: oneOf('none', 'layer').default('none'),
  residual: flag().default(false),
  jumping: oneOf('none', 'concat', 'max').default('none'),
});

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

/**
 * A network of one kind of layer: each with dropout before it, and all but the last with normalization, activation and a residual connection behind
 * it, as they are asked for.
 * @throws {InputError} `setting`, for settings that are unknown or out of range, and for heads that don't divide a width
 */
export function graphNetwork(options: GraphNetworkOptions): AnyNodeLayer {
  const checked = checkSettings('gfgn: graphNetwork', settings, options);
  const { inputs, outputs, hidden, depth, jumping } = checked;
  const rates = ratesOf(checked.dropout);
  const dropped = (i: number) => nodeDropout(i === 0 ? rates.inputs : rates.hidden);
  const make = (i: number, to: number): AnyNodeLayer =>
    layerFor(checked, i === 0 ? inputs : hidden, to, jumping === 'none' && i === depth - 1);
  const hiddenLayers = jumping === 'none' ? depth - 1 : depth;
  const blocks = Array.from({ length: hiddenLayers }, (_, i) =>
    hiddenBlock(dropped(i), make(i, hidden), i > 0, checked),
  );
  if (jumping !== 'none') {
    const width = jumping === 'concat' ? depth * hidden : hidden;
    return sequenceOf({ layers: untyped(nodeJumping(blocks, jumping)), output: untyped(nodeDense(width, outputs)) });
  }
  return sequenceOf([...blocks, sequenceOf([untyped(dropped(depth - 1)), make(depth - 1, outputs)])]);
}

type Checked = ReturnType<typeof settings.parse>;

/** By a name, with one head where outputs are those of the network; or of one's own. @throws {InputError} for what is no layer, or has other widths */
function layerFor(
  { layer, heads, limit, dropout, edgeFeatures }: Checked,
  inputs: number,
  outputs: number,
  isLast: boolean,
): AnyNodeLayer {
  if (typeof layer === 'string') {
    const { attention } = ratesOf(dropout);
    return layerOf(layer, inputs, outputs, { heads: isLast ? 1 : heads, dropout: attention, limit, edgeFeatures });
  }
  const made = layer(inputs, outputs);
  checkLayer('what graphNetwork’s layer gives', made);
  const found = outputsOf(made) ?? outputs;
  if (found === outputs) return made;
  throw new InputError(
    'setting',
    `gfgn: graphNetwork's layer gives ${found} features for a node where ${outputs} were asked for`,
  );
}

function hiddenBlock(
  dropout: unknown,
  layer: AnyNodeLayer,
  keepsWidth: boolean,
  { hidden, norm, residual, activation: name }: Checked,
): AnyNodeLayer {
  const steps = [
    untyped(dropout),
    layer,
    ...(norm === 'layer' ? [eachNodeOf(layerNorm({ features: hidden }))] : []),
    eachNodeOf(activation(name as ActivationName)),
  ];
  const block = sequenceOf(steps);
  return residual && keepsWidth ? residualOf(block) : block;
}
