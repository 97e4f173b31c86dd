import { createMatrix } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { initialize, predict, summarize } from '@unbraid/nn';
import { describe, expect, test } from 'vitest';
import { fixture, matrix, modelOf, nameOf, relativeError } from '../test/fixture.ts';
import { activationOf, ntkConvNetwork, ntkNetwork } from './index.ts';

const runtime = nodeRuntime({ threads: 1 });
const cases = fixture.networks.map((each) => ({ ...each, name: nameOf(each) }));

test.each(cases)('a network gives what PyTorch does ($name)', async (network) => {
  const y = await predict(modelOf(network), Float32Array.from(network.params), matrix(network.x), { runtime });
  expect(relativeError(y.data, network.output)).toBeLessThan(1e-6);
});

test('outputs have the same size at any width', async () => {
  const x = createMatrix(1, 4, Float32Array.of(1, -1, 1, 1));
  const sizes = [];
  for (const width of [10, 1000]) {
    const model = ntkNetwork({ inputs: 4, width, depth: 1, outputs: 400 });
    const y = await predict(model, initialize(model, createRandom(5)), x, { runtime });
    sizes.push(Math.sqrt(y.data.reduce((sum, value) => sum + value * value, 0) / 400));
  }
  // E tanh² of a standard normal number is 0.394; at width 10 the mean over neurons is still noisy.
  expect(sizes[1]! ** 2).toBeGreaterThan(0.3);
  expect(sizes[1]! ** 2).toBeLessThan(0.5);
  expect(sizes[0]! / sizes[1]!).toBeGreaterThan(0.5);
  expect(sizes[0]! / sizes[1]!).toBeLessThan(2);
});

test('a bottleneck narrows one layer', () => {
  const model = ntkNetwork({ inputs: 5, width: 20, depth: 3, bottleneck: { layer: 2, width: 3 } });
  expect(summarize(model, [5]).parameters).toBe(5 * 20 + 20 * 3 + 3 * 20 + 20);
});

describe('bad input of networks', () => {
  test('sizes below 1 and layers that are not there are named', () => {
    expect(() => ntkNetwork({ inputs: 3, width: 0 })).toThrow(
      "linearity: ntkNetwork's width is 0; an integer of at least 1 is needed",
    );
    expect(() => ntkNetwork({ inputs: 3, width: 4, depth: 2, bottleneck: { layer: 3 } })).toThrow(
      'linearity: the bottleneck is at layer 3; there are hidden layers 1 to 2',
    );
    expect(() => ntkConvNetwork({ length: 4, width: 2, kernel: 1.5 })).toThrow(
      "linearity: ntkConvNetwork's kernel is 1.5",
    );
  });

  test('an unknown activation is answered with those that there are', () => {
    expect(() => activationOf('cube' as never)).toThrow('there is no activation cube; there are tanh, swish');
  });
});
