import { createMatrix } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { fit, initialize, meanSquaredError, predict, sgd } from '@unbraid/nn';
import { expect, test } from 'vitest';
import { fixture, matrix, modelOf, nameOf, relativeError } from '../test/fixture.ts';
import { linearize, ntkNetwork, tangentKernel } from './index.ts';

const runtime = nodeRuntime({ threads: 1 });
const cases = fixture.networks.map((each) => ({ ...each, name: nameOf(each) }));

test.each(cases)('the tangent model is that of PyTorch, away from its origin ($name)', async (network) => {
  const origin = Float32Array.from(network.params);
  const model = linearize(modelOf(network), origin);
  const flat = initialize(model, 0);
  expect([...flat]).toEqual([...origin, ...origin]);
  flat.set(network.moved);
  const y = await predict(model, flat, matrix(network.x), { runtime });
  expect(relativeError(y.data, network.linear)).toBeLessThan(2e-6);
});

test('its kernel is that of the model at the origin, wherever its weights are', async () => {
  const network = ntkNetwork({ inputs: 3, width: 10, depth: 2 });
  const [origin, moved] = [initialize(network, 1), initialize(network, 2)];
  const x = createMatrix(2, 3, Float32Array.of(1, 2, 3, -1, 0, 2));
  const expected = await tangentKernel({ model: network, params: origin }, x, x, { runtime });
  const model = linearize(network, origin);
  const params = initialize(model, 0);
  params.set(moved);
  const { kernel } = await tangentKernel({ model, params }, x, x, { runtime });
  expect(relativeError(kernel.data, expected.kernel.data)).toBeLessThan(1e-6);
});

test('training moves its weights and leaves its origin', async () => {
  const network = ntkNetwork({ inputs: 2, width: 30 });
  const origin = initialize(network, 4);
  const model = linearize(network, origin);
  const x = createMatrix(3, 2, Float32Array.of(1, 1, -1, 1, 0, 1));
  const y = createMatrix(3, 1, Float32Array.of(1, -1, 0.5));
  const { params, history } = await fit({
    model,
    loss: meanSquaredError,
    data: { x, y },
    optimizer: sgd(),
    learningRate: 1,
    batchSize: 3,
    epochs: 200,
    keepBest: false,
    runtime,
  });
  expect(history.at(-1)!.training.loss).toBeLessThan(1e-3);
  expect([...params.subarray(origin.length)]).toEqual([...origin]);
  expect(relativeError(params.subarray(0, origin.length), origin)).toBeGreaterThan(0.01);
});

test('weights of another number are refused', () => {
  const network = ntkNetwork({ inputs: 2, width: 3 });
  expect(() => linearize(network, new Float32Array(2))).toThrow('the model has 9 parameters, 2 values are given');
});
