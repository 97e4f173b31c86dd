import { readFileSync } from 'node:fs';
import { withScope } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { initialize } from '@unbraid/nn';
import { describe, expect, test } from 'vitest';
import { matrix, relativeError, type Stored } from '../../test/fixture.ts';
import {
  movedAlong,
  type NtkNetworkOptions,
  ntkNetwork,
  plConstant,
  plConstantInBall,
  tangentKernel,
} from '../index.ts';
import { jacobianChangeBound } from './certificate.ts';
import { compileEigenvalueGradient, smallestOf } from './smallest-eigenvalue.ts';

interface Least {
  readonly options: NtkNetworkOptions;
  readonly params: readonly number[];
  readonly x: Stored;
  readonly smallest: number;
  readonly gradient: readonly number[];
  readonly balls: readonly { readonly radius: number; readonly lowest: number }[];
}

const least: Least = JSON.parse(
  readFileSync(new URL('../../test/fixtures/least-eigenvalue.json', import.meta.url), 'utf8'),
);
const runtime = nodeRuntime({ threads: 1 });
const point = { model: ntkNetwork(least.options), params: Float32Array.from(least.params) };
const x = matrix(least.x);

test('the gradient of the smallest eigenvalue is that of PyTorch', async () => {
  const kernel = await tangentKernel(point, x, x, { runtime });
  const smallest = smallestOf(kernel);
  expect(smallest.value / least.smallest).toBeCloseTo(1, 4);
  await withScope(async (scope) => {
    const gradient = await compileEigenvalueGradient(scope, runtime, { ...point, x, outputs: 1 });
    expect(relativeError(await gradient(point.params, smallest.vector), least.gradient)).toBeLessThan(1e-3);
  });
});

describe.each(least.balls)('in a ball of radius $radius', ({ radius, lowest }) => {
  const found = plConstantInBall(point, x, { radius, network: least.options, runtime });

  test('the search gets as low as PyTorch did, at a place inside', async () => {
    const { upperBound, start, distance, params } = await found;
    expect(upperBound.value).toBeLessThan(lowest + 0.05 * (start.value - lowest));
    expect(distance).toBeLessThanOrEqual(radius);
    const there = plConstant(await tangentKernel({ ...point, params }, x, x, { runtime }));
    expect(there.value).toBeCloseTo(upperBound.value, 6);
  });

  test('the lower bound is below all that was found', async () => {
    const { upperBound, lowerBound } = await found;
    expect(lowerBound).toBeLessThanOrEqual(Math.min(upperBound.value, lowest));
  });
});

describe.each<[string, NtkNetworkOptions]>([
  ['one hidden layer', { inputs: 3, width: 40, depth: 1, activation: 'tanh' }],
  ['two, of swish', { inputs: 3, width: 30, depth: 2, activation: 'swish' }],
  ['two, of gelu, with two outputs', { inputs: 3, width: 30, depth: 2, activation: 'gelu', outputs: 2 }],
  ['a non-linear output of erf', { inputs: 3, width: 30, depth: 2, activation: 'erf', output: 'nonlinear' }],
  ['a bottleneck of softplus', { inputs: 3, width: 30, depth: 3, activation: 'softplus', bottleneck: { layer: 2 } }],
  ['sigmoid', { inputs: 3, width: 30, depth: 1, activation: 'sigmoid' }],
])('the bound of the change of the Jacobian (%s)', (_, network) => {
  test('holds in random directions and in that of one layer alone', async () => {
    const model = ntkNetwork(network);
    const params = initialize(model, 4);
    const radius = 0.5;
    const { change } = jacobianChangeBound({ model, params }, x, network, radius);
    const before = await tangentKernel({ model, params }, x, x, { runtime });
    for (const seed of [1, 2]) {
      const direction = createRandom(seed).normal(new Float32Array(params.length));
      if (seed === 2) direction.fill(0, 0, params.length - network.width);
      const length = Math.hypot(...direction);
      const after = await tangentKernel({ model, params: movedAlong(params, direction, radius / length) }, x, x, {
        runtime,
      });
      // ‖√K − √K₀‖ ≤ ‖J − J₀‖ for the traces' roots: both are norms of Jacobians.
      const root = ({ kernel }: typeof before) =>
        Math.sqrt(
          Array.from({ length: kernel.rows }, (__, i) => kernel.data[i * kernel.rows + i]!).reduce((a, b) => a + b, 0),
        );
      expect(Math.abs(root(after) - root(before))).toBeLessThan(change);
    }
  });
});

test('wide networks are certified, and narrow ones are not', async () => {
  const of = async (width: number) => {
    const network = { inputs: 3, width, depth: 1 };
    const model = ntkNetwork(network);
    const options = { radius: 0.2, network, runtime, starts: 1, maxIterations: 4 };
    return plConstantInBall({ model, params: initialize(model, 0) }, x, options);
  };
  const [narrow, wide] = [await of(20), await of(4000)];
  expect(narrow.lowerBound).toBe(0);
  expect(wide.lowerBound).toBeGreaterThan(0.5 * wide.start.value);
  expect(wide.lowerBound).toBeLessThanOrEqual(wide.upperBound.value);
  expect(Math.abs(wide.firstOrderEstimate / wide.upperBound.value - 1)).toBeLessThan(0.05);
});

describe('what does not fit is refused', () => {
  test('a network that is not the model, and relu', async () => {
    const of = (network: NtkNetworkOptions) =>
      plConstantInBall(point, x, { radius: 0.1, network, runtime, starts: 1, maxIterations: 1 });
    await expect(of({ ...least.options, activation: 'erf' })).rejects.toThrow('is not the one that `network` says');
    await expect(of({ ...least.options, activation: 'relu' })).rejects.toThrow('the slope of relu jumps');
  });
});

test('without a network there is no lower bound, and kinks are taken', async () => {
  const model = ntkNetwork({ inputs: 3, width: 30, activation: 'relu' });
  const found = await plConstantInBall({ model, params: initialize(model, 0) }, x, { radius: 1, runtime, starts: 1 });
  expect(found.lowerBound).toBeUndefined();
  expect(found.upperBound.value).toBeLessThan(found.start.value);
});
