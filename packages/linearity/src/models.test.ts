import { readFileSync } from 'node:fs';
import { constant, logSoftmax, mul, neg, reduceSum, type Tensor } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import {
  type AnyModel,
  activation,
  conv2d,
  dense,
  flatten,
  globalAveragePool,
  multiHeadAttention,
  sequential,
  unflatten,
} from '@unbraid/nn';
import { expect, test } from 'vitest';
import { matrix, relativeError, type Stored } from '../test/fixture.ts';
import { gaussNewtonNorm, solveKernel, tangentKernel, withKernelProduct } from './index.ts';

interface Case {
  readonly params: readonly number[];
  readonly x: Stored;
  readonly kernel: Stored;
  readonly gaussNewton: readonly [number, number];
}

/** What PyTorch computed in float64: `python/fixtures/linearity_models.py`. */
const fixture = JSON.parse(readFileSync(new URL('../test/fixtures/models.json', import.meta.url), 'utf8')) as Record<
  'convolution' | 'attention',
  Case
>;

const chain = (layers: Readonly<Record<string, AnyModel>>): AnyModel => sequential(layers);
const models: Record<keyof typeof fixture, AnyModel> = {
  convolution: chain({
    image: unflatten([2, 5, 5]),
    conv: conv2d({ channels: 2, filters: 3, kernel: 3, stride: 2, padding: 1 }),
    relu: activation('relu'),
    flat: flatten(),
    last: dense(27, 2),
  }),
  attention: chain({
    sequence: unflatten([3, 4]),
    attention: multiHeadAttention({ features: 4, heads: 2 }) as AnyModel,
    mean: globalAveragePool({ axes: [1] }),
  }),
};
const runtime = nodeRuntime({ threads: 1 });

for (const name of ['convolution', 'attention'] as const) {
  const { params: numbers, x: stored, kernel, gaussNewton } = fixture[name];
  const point = { model: models[name], params: Float32Array.from(numbers) };
  const x = matrix(stored);
  const outputs = kernel.shape[0]! / x.rows;

  test(`${name}: the tangent kernel is that of PyTorch`, async () => {
    const found = await tangentKernel(point, x, x, { runtime });
    expect(found.meeting).toBe(undefined);
    expect(relativeError(found.kernel.data, kernel.data)).toBeLessThan(2e-6);
  });

  test(`${name}: the pseudo-kernel is that of the outputs' sum over √c`, async () => {
    const { kernel: found } = await tangentKernel(point, x, x, { runtime, outputs: 'sum' });
    const expected = Array.from({ length: x.rows ** 2 }, (_, at) => {
      const [i, j] = [Math.floor(at / x.rows), at % x.rows];
      let sum = 0;
      for (let k = 0; k < outputs; k++)
        for (let l = 0; l < outputs; l++) sum += kernel.data[(i * outputs + k) * kernel.shape[0]! + j * outputs + l]!;
      return sum / outputs;
    });
    expect(relativeError(found.data, expected)).toBeLessThan(2e-6);
  });

  test(`${name}: products and solutions without the kernel are those of PyTorch's`, async () => {
    const n = kernel.shape[0]!;
    const times = (v: ArrayLike<number>) =>
      Array.from({ length: n }, (_, i) => kernel.data.slice(i * n, (i + 1) * n).reduce((s, k, j) => s + k * v[j]!, 0));
    const v = Array.from({ length: n }, (_, i) => Math.sin(i + 1));
    const found = await withKernelProduct(point, x, (product) => product(v), { runtime });
    expect(relativeError(found, times(v))).toBeLessThan(2e-6);
    const { weights, converged } = await solveKernel(point, x, v, { ridge: 1, tolerance: 1e-6, runtime });
    expect(converged).toBe(true);
    expect(
      relativeError(
        times(weights).map((value, i) => value + weights[i]!),
        v,
      ),
    ).toBeLessThan(1e-5);
    await expect(withKernelProduct(point, x, (product) => product([1]), { runtime })).rejects.toThrow('has 1 entries');
  });

  test(`${name}: the Gauss-Newton norm is that of PyTorch, of squares and of cross-entropy`, async () => {
    const squares = await gaussNewtonNorm({ ...point, x }, { runtime, tolerance: 1e-5 });
    expect(Math.abs(squares.norm.value / gaussNewton[0] - 1)).toBeLessThan(1e-5);
    const first = Array.from({ length: outputs }, (_, k) => Number(k === 0) / x.rows);
    const scalar = (y: Tensor) => neg(reduceSum(mul(logSoftmax(y, 1), constant(first, [1, outputs], y.dtype))));
    const entropy = await gaussNewtonNorm({ ...point, x, scalar }, { runtime, tolerance: 1e-5 });
    expect(Math.abs(entropy.norm.value / gaussNewton[1] - 1)).toBeLessThan(1e-5);
  });
}

test('targets that are not finite are refused', async () => {
  const point = { model: models.convolution, params: Float32Array.from(fixture.convolution.params) };
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const y = Array.from({ length: 8 }, (_, i) => (i === 2 ? wrong : 1));
    await expect(solveKernel(point, matrix(fixture.convolution.x), y, { runtime })).rejects.toThrow(
      /^linearity: y .*entry 2/,
    );
  }
});
