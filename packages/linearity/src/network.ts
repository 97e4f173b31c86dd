import { checkSettings, count, InputError, oneOf } from '@unbraid/checks';
import type { Tensor } from '@unbraid/graph';
import { type AnyModel, activation, dense, ntk, sequential } from '@unbraid/nn';
import { object } from 'zod';
import { type ActivationName, activationNames, activationOf } from './activations.ts';

/** What fully connected and convolutional networks have in common. */
export interface NtkOptions {
  /** m: neurons, or channels, of every hidden layer. */
  readonly width: number;
  /** Hidden layers. Default 1. */
  readonly depth?: number;
  /** φ. Default `tanh`. */
  readonly activation?: ActivationName;
  /** c. Default 1. */
  readonly outputs?: number;
  /** `nonlinear` applies φ to the outputs too. Default `linear`. */
  readonly output?: 'linear' | 'nonlinear';
}

/** A fully connected network. */
export interface NtkNetworkOptions extends NtkOptions {
  /** d */
  readonly inputs: number;
  /** A hidden layer, counted from 1, that is narrower than the others; its width is 1 by default. */
  readonly bottleneck?: { readonly layer: number; readonly width?: number };
}

/** Settings of both kinds of network. */
export const ntkSettings = {
  width: count(),
  depth: count().default(1),
  activation: oneOf(...activationNames).default('tanh'),
  outputs: count().default(1),
  output: oneOf('linear', 'nonlinear').default('linear'),
};

const settings = object({
  inputs: count(),
  ...ntkSettings,
  bottleneck: object({ layer: count(), width: count().default(1) })
    .strict()
    .optional(),
});

/**
 * A fully connected network in NTK parameterization, without biases: α⁽⁰⁾ = x, α⁽ˡ⁾ = φ(α⁽ˡ⁻¹⁾ W⁽ˡ⁾ / √n), outputs α⁽ᴸ⁾ V / √n, where
 * n is the width of what comes before and every weight starts as N(0, 1) (arXiv 2010.01092, equation 5). So outputs have the size
 * of φ where inputs have norm √d. Takes rows `[n, d]`, gives `[n, c]`.
 * @throws {InputError} for sizes below 1, a bottleneck at a layer that is not there, or an unknown activation
 */
export function ntkNetwork(options: NtkNetworkOptions): AnyModel {
  const checked = checkSettings('linearity: ntkNetwork', settings, options);
  const widths = [checked.inputs, ...hiddenWidths(checked)];
  const layers: Record<string, AnyModel> = {};
  for (let layer = 1; layer < widths.length; layer++) {
    layers[`hidden${layer}`] = dense(widths[layer - 1]!, widths[layer]!, { init: ntk, bias: false });
    layers[`activation${layer}`] = activationLayer(checked.activation);
  }
  layers.output = dense(widths.at(-1)!, checked.outputs, { init: ntk, bias: false });
  return sequential(withOutput(layers, checked));
}

/** The hidden activation as a layer. */
export const activationLayer = (name: ActivationName): AnyModel => activation(named(name));

/** The layers of a network, with φ behind them where the output is non-linear. */
export const withOutput = (
  layers: Record<string, AnyModel>,
  { output, activation: name }: { readonly output: 'linear' | 'nonlinear'; readonly activation: ActivationName },
): Record<string, AnyModel> =>
  output === 'nonlinear' ? { ...layers, outputActivation: activationLayer(name) } : layers;

function hiddenWidths({ width, depth, bottleneck }: ReturnType<typeof settings.parse>): number[] {
  const widths = Array.from({ length: depth }, () => width);
  if (!bottleneck) return widths;
  if (bottleneck.layer > depth) {
    throw new InputError(
      'setting',
      `linearity: the bottleneck is at layer ${bottleneck.layer}; there are hidden layers 1 to ${depth}`,
    );
  }
  return widths.with(bottleneck.layer - 1, bottleneck.width);
}

/** φ under its name, which summaries show. */
function named(name: ActivationName): (x: Tensor) => Tensor {
  const f = activationOf(name);
  return { [name]: (x: Tensor) => f(x) }[name]!;
}
