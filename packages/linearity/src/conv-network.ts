import { type AnyModel, conv2d, dense, flatten, ntk, sequential, unflatten } from '@unbraid/nn';
import { checkSize } from './check.ts';
import { activationLayer, type NtkOptions, withOutput } from './network.ts';

export interface NtkConvNetworkOptions extends NtkOptions {
  /** Positions of a signal. */
  readonly length: number;
  /** Channels of the input. Default 1. */
  readonly channels?: number;
  /** Taps of a filter. Default 3. */
  readonly kernel?: number;
}

/**
 * A one-dimensional convolutional network in NTK parameterization, without biases: each hidden layer convolves all channels with
 * filters of `kernel` taps and divides by √(channels · kernel), keeping the length (zeros are padded), and the output is a linear
 * layer over all channels and positions. Takes rows `[n, channels · length]`, channel after channel, gives `[n, c]`.
 * @throws {RangeError} for sizes below 1 or an unknown activation
 */
export function ntkConvNetwork(options: NtkConvNetworkOptions): AnyModel {
  const { length, channels = 1, kernel = 3, width, depth = 1, outputs = 1 } = options;
  for (const [name, size] of Object.entries({ length, channels, kernel, 'width (m)': width, depth, outputs })) {
    checkSize(name, size);
  }
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
    layers[`activation${layer}`] = activationLayer(options);
  }
  layers.flatten = flatten();
  layers.output = dense(width * length, outputs, { init: ntk, bias: false });
  return sequential(withOutput(layers, options));
}
