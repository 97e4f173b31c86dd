import { checkSettings, count } from '@unbraid/checks';
import { type AnyModel, conv2d, dense, flatten, ntk, sequential, unflatten } from '@unbraid/nn';
import { object } from 'zod';
import { activationLayer, type NtkOptions, ntkSettings, withOutput } from './network.ts';

/** A one-dimensional convolutional network. */
export interface NtkConvNetworkOptions extends NtkOptions {
  /** Positions of a signal. */
  readonly length: number;
  /** Channels of the input. Default 1. */
  readonly channels?: number;
  /** Taps of a filter. Default 3. */
  readonly kernel?: number;
}

const settings = object({
  length: count(),
  channels: count().default(1),
  kernel: count().default(3),
  ...ntkSettings,
});

/**
 * A one-dimensional convolutional network in NTK parameterization, without biases: each hidden layer convolves all channels with
 * filters of `kernel` taps and divides by √(channels · kernel), keeping the length (zeros are padded), and the output is a linear
 * layer over all channels and positions. Takes rows `[n, channels · length]`, channel after channel, gives `[n, c]`.
 * @throws {InputError} for sizes below 1 or an unknown activation
 */
export function ntkConvNetwork(options: NtkConvNetworkOptions): AnyModel {
  const checked = checkSettings('linearity: ntkConvNetwork', settings, options);
  const { length, channels, kernel, width, depth, outputs } = checked;
  // A signal is an image of one row.
  const layers: Record<string, AnyModel> = { signal: unflatten([channels, 1, length]) };
  for (let layer = 1; layer <= depth; layer++) {
    layers[`hidden${layer}`] = conv2d({
      channels: layer === 1 ? channels : width,
      filters: width,
      kernel: [1, kernel],
      padding: 'same',
      bias: false,
      init: ntk,
    });
    layers[`activation${layer}`] = activationLayer(checked.activation);
  }
  layers.flatten = flatten();
  layers.output = dense(width * length, outputs, { init: ntk, bias: false });
  return sequential(withOutput(layers, checked));
}
