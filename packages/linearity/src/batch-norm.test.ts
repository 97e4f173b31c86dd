import { createMatrix } from '@unbraid/data';
import {
  constant,
  gather,
  matmul,
  mul,
  reduceMean,
  reduceSum,
  slice,
  sub,
  type Tensor,
  transpose,
} from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { type AnyModel, dense, initialize, predict } from '@unbraid/nn';
import { describe, expect, test } from 'vitest';
import { batchNormModels, batchNormFixture as fixture } from '../test/batch-norm.ts';
import { firstRow, matrix, relativeError } from '../test/fixture.ts';
import { descend, gradientNorm, hessianNorm, kernelSensitivity, linearize, tangentKernel } from './index.ts';

const runtime = nodeRuntime({ threads: 1 });
const params = Float32Array.from(fixture.params);
const [x, z] = [matrix(fixture.x), matrix(fixture.z)];
const first = (outputs: Tensor) => reduceSum(slice(outputs, [0, 0], [1, 1]));

describe.each(['inference', 'training'] as const)('a network with batch normalization in %s', (mode) => {
  const [model, expected] = [batchNormModels[mode], fixture[mode]];
  const rows = mode === 'training' ? x : firstRow(fixture.x);

  test.each(['auto', 'jacobian'] as const)(
    'has the tangent kernel of PyTorch, by its trained parameters: %s',
    async (method) => {
      const own = await tangentKernel({ model, params }, x, x, { runtime, method });
      expect(relativeError(own.kernel.data, expected.kernel.data)).toBeLessThan(2e-6);
      const both = await tangentKernel({ model, params }, x, z, { runtime, method });
      expect(relativeError(both.kernel.data, expected.kernelXZ.data)).toBeLessThan(2e-6);
      expect(own.jacobianPaths).not.toContain('norm.mean');
    },
  );

  test('has the gradient norm of PyTorch', async () => {
    const { value } = await gradientNorm({ model, params, x: rows, scalar: first }, { runtime });
    expect(Math.abs(value / expected.gradientNorm - 1)).toBeLessThan(2e-6);
  });

  test("has both ends of the Hessian's spectrum", async () => {
    const f = { model, params, x: rows, scalar: first };
    const { lower, upper } = await hessianNorm(f, { runtime, tolerance: 1e-4 });
    const scale = Math.max(...expected.hessian.map(Math.abs));
    expect(Math.abs(lower.value - expected.hessian[0]) / scale).toBeLessThan(2e-5);
    expect(Math.abs(upper.value - expected.hessian[1]) / scale).toBeLessThan(2e-5);
  });
});

test.each(['inference', 'training'] as const)('the tangent model in %s is that of PyTorch', async (mode) => {
  const tangent = linearize(batchNormModels[mode], params);
  const moved = Float32Array.from([...fixture.moved, ...fixture.params]);
  const { data } = await predict(tangent, moved, x, { runtime });
  expect(relativeError(data, fixture[mode].linear)).toBeLessThan(2e-6);
});

test('the tangent model keeps what is not trained, whatever its own values of it', async () => {
  const tangent = linearize(batchNormModels.inference, params);
  const other = Float32Array.from([...fixture.params, ...fixture.params]).fill(7, 30, 40);
  const { data } = await predict(tangent, other, x, { runtime });
  expect(relativeError(data, fixture.inference.output)).toBeLessThan(2e-6);
});

test('gradient descent leaves what is not trained', async () => {
  const y = createMatrix(x.rows, 2, new Float32Array(2 * x.rows));
  const model = batchNormModels.inference;
  const { params: end, steps } = await descend(
    { model, params, x, y },
    { learningRate: 0.01, targetLoss: 0, maxSteps: 3, runtime },
  );
  expect(steps).toBe(3);
  expect(end.subarray(30, 40)).toEqual(params.subarray(30, 40));
  expect(end.subarray(0, 15)).not.toEqual(params.subarray(0, 15));
});

describe('how the tangent kernel is computed', () => {
  const rows = createMatrix(4, 3, createRandom(5).normal(new Float32Array(12)));

  test('is said truthfully: Gram matrices where rows are on their own, the whole batch where they meet', async () => {
    const [alone, together] = await Promise.all(
      (['inference', 'training'] as const).map((mode) =>
        tangentKernel({ model: batchNormModels[mode], params }, x, x, { runtime }),
      ),
    );
    expect(alone).toMatchObject({ meeting: undefined, jacobianPaths: ['norm.gamma', 'norm.beta'] });
    expect(together!.meeting).toBe('reduceSum');
    expect(together!.jacobianPaths).toEqual([
      ...['first.weight', 'first.bias', 'norm.gamma', 'norm.beta', 'last.weight', 'last.bias'],
    ]);
    expect(together!.errorKind).toBe('estimated');
  });

  const linear = dense(3, 2, { bias: false });
  const through = (f: (x: Tensor) => Tensor): AnyModel => ({
    ...linear,
    apply: (p: never, batch: Tensor) => f(linear.apply(p, batch)),
  });
  const squared = (y: Tensor) => mul(y, y);

  test.each<[string, (y: Tensor) => Tensor, string]>([
    ['subtracting the mean of a batch', (y) => sub(y, reduceMean(y, { axes: [0], keepDims: true })), 'reduceSum'],
    ['turning rows round', (y) => gather(y, constant([3, 2, 1, 0], [4], 'int32')), 'gather'],
    ['a product of rows by rows', (y) => slice(matmul(y, y, { transposeB: true }), [0, 0], [4, 2]), 'matmul'],
    ['squares, row by row', squared, 'none'],
    ['a transposition and back', (y) => transpose(squared(transpose(y))), 'none'],
  ])('is read off the graph: %s', async (_, f, meeting) => {
    const model = through(f);
    const start = initialize(linear, 1);
    const found = await tangentKernel({ model, params: start }, rows, rows, { runtime });
    expect(found.meeting ?? 'none').toBe(meeting);
    expect(relativeError(found.kernel.data, await byDifferences(model, start))).toBeLessThan(2e-3);
  });

  test('the derivative of the kernel is refused where rows meet', async () => {
    const centred = through((y) => sub(y, reduceMean(y, { axes: [0], keepDims: true })));
    const point = { model: centred, params: initialize(linear, 1) };
    await expect(kernelSensitivity(point, rows, { runtime })).rejects.toThrow('here they meet in reduceSum');
  });

  /** J Jᵀ by central differences of all outputs of the batch. */
  async function byDifferences(model: AnyModel, start: Float32Array): Promise<number[]> {
    const step = 2 ** -8;
    const columns = await Promise.all(
      [...start.keys()].map(async (i) => {
        const [up, down] = await Promise.all(
          [step, -step].map((change) =>
            predict(model, start.with(i, start[i]! + change), rows, { runtime, batchSize: 4 }),
          ),
        );
        return up!.data.map((value, at) => (value - down!.data[at]!) / (2 * step));
      }),
    );
    const size = columns[0]!.length;
    return Array.from({ length: size * size }, (_, at) =>
      columns.reduce((sum, column) => sum + column[Math.floor(at / size)]! * column[at % size]!, 0),
    );
  }
});
