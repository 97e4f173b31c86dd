import { createMatrix, type Matrix, type NpyBlock } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { dense, initialize } from '@unbraid/nn';
import { describe, expect, test } from 'vitest';
import { batchNormFixture, batchNormModels } from '../test/batch-norm.ts';
import { fixture, matrix, modelOf, nameOf, relativeError } from '../test/fixture.ts';
import {
  type KernelBlockOptions,
  kernelBlocks,
  ntkNetwork,
  rowsStandAlone,
  type TangentPoint,
  tangentKernelBlock,
} from './index.ts';

const runtime = nodeRuntime({ threads: 1 });
const cases = fixture.networks.map((each) => ({ ...each, name: nameOf(each) }));

/** The kernel, put together of blocks and their mirror images. */
async function together(point: TangentPoint, x: Matrix, size: number, options: KernelBlockOptions = {}) {
  const made: NpyBlock[] = [];
  for (const block of kernelBlocks(x.rows, size))
    made.push(await tangentKernelBlock(point, x, block, { runtime, ...options }));
  const n = made.at(-1)!.row + made.at(-1)!.rows;
  const kernel = new Float64Array(n * n).fill(Number.NaN);
  for (const { row, column, rows, columns, data } of made)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        kernel[(row + i) * n + column + j] = data[i * columns + j]!;
        kernel[(column + j) * n + row + i] = data[i * columns + j]!;
      }
  return kernel;
}

describe.each(cases)('blocks of the tangent kernel ($name)', (network) => {
  const point = { model: modelOf(network), params: Float32Array.from(network.params) };
  const x = matrix(network.x);

  test('are together the kernel of PyTorch in float64, of any size, each row alone or among others', async () => {
    for (const size of [1, 2, x.rows])
      expect(relativeError(await together(point, x, size), network.kernel.data)).toBeLessThan(1e-6);
    expect(relativeError(await together(point, x, 2, { method: 'alone' }), network.kernel.data)).toBeLessThan(1e-6);
  });
});

test('in float64 blocks are exact to float64', async () => {
  const network = cases.find(({ options }) => options.kind === 'dense' && options.activation === 'sigmoid')!;
  const point = { model: modelOf(network), params: Float32Array.from(network.params) };
  const kernel = await together(point, matrix(network.x), 2, { dtype: 'float64' });
  // The fixture's inputs are float64, and are rounded to float32 here.
  expect(relativeError(kernel, network.kernel.data)).toBeLessThan(1e-7);
  const small = { model: dense(2, 1), params: Float32Array.of(0.1, 0.2, 0.3) };
  const x = createMatrix(1, 2, Float32Array.of(0.1, 0.7));
  const [value] = await together(small, x, 1, { dtype: 'float64' });
  expect(value).toBeCloseTo(x.data[0]! ** 2 + x.data[1]! ** 2 + 1, 15);
});

describe('the plan of blocks', () => {
  test('covers the upper triangle once', () => {
    for (const [inputs, size] of [
      [1, 1],
      [7, 3],
      [6, 3],
      [5, 100],
    ] as const) {
      const times = new Int32Array(inputs * inputs);
      for (const { row, column, rows, columns } of kernelBlocks(inputs, size))
        for (let i = row; i < row + rows; i++) for (let j = column; j < column + columns; j++) times[i * inputs + j]!++;
      for (let i = 0; i < inputs; i++) for (let j = i; j < inputs; j++) expect(times[i * inputs + j]).toBe(1);
      const count = Math.ceil(inputs / size);
      expect(kernelBlocks(inputs, size)).toHaveLength((count * (count + 1)) / 2);
    }
  });

  test.each([
    [0, 1],
    [3, 0],
    [3, 1.5],
    [Number.NaN, 1],
  ])('of %d inputs by %d is refused', (inputs, size) => {
    expect(() => kernelBlocks(inputs, size)).toThrow('linearity: kernelBlocks');
  });
});

describe('a model in which rows of a batch meet', () => {
  const params = Float32Array.from(batchNormFixture.params);
  const x = matrix(batchNormFixture.x);

  test('is known by its graph', () => {
    expect(rowsStandAlone(batchNormModels.inference, x.cols)).toBe(true);
    expect(rowsStandAlone(batchNormModels.training, x.cols)).toBe(false);
  });

  test('has no blocks that do not depend on the others', async () => {
    const block = kernelBlocks(x.rows, 2)[0]!;
    const point = { model: batchNormModels.training, params };
    await expect(tangentKernelBlock(point, x, block, { runtime })).rejects.toThrow(
      'rows of a batch meet in this model',
    );
    const kernel = await together({ model: batchNormModels.inference, params }, x, 2);
    expect(relativeError(kernel, batchNormFixture.inference.kernel.data)).toBeLessThan(1e-6);
  });
});

describe('bad input of tangentKernelBlock', () => {
  const model = ntkNetwork({ inputs: 2, width: 3 });
  const point = { model, params: initialize(model, 0) };
  const x = createMatrix(3, 2, Float32Array.of(1, 2, 0, 0, 1, Number.NaN));
  const at = (row: number, column: number, rows = 1, columns = 1) => ({ row, column, rows, columns });

  test.each([
    [
      'a block outside',
      at(2, 2, 1, 2),
      {},
      'a block of 1 × 2 inputs from 2, 2 on is not within the kernel of 3 inputs',
    ],
    ['a block of nothing', at(0, 0, 0, 1), {}, 'is not within the kernel'],
    ['a row that is not whole', at(0.5, 0), {}, 'is not within the kernel'],
    ['NaN', at(0, 2), {}, 'has 1 NaN value'],
    ['NaN in float64', at(0, 2), { dtype: 'float64' }, 'has 1 NaN value'],
    ['a row of zeros', at(1, 1), {}, 'has norm 0'],
    ['a row of zeros in float64', at(1, 1), { dtype: 'float64' }, 'has norm 0'],
    ['a type that there is not', at(0, 0), { dtype: 'float16' }, '"float32" or "float64"'],
  ])('%s', async (_, block, options, said) => {
    await expect(tangentKernelBlock(point, x, block, { runtime, ...(options as object) })).rejects.toThrow(said);
  });

  test('float64 for filters', async () => {
    const network = cases.find(({ options }) => options.kind !== 'dense')!;
    const convolutional = { model: modelOf(network), params: Float32Array.from(network.params) };
    await expect(
      tangentKernelBlock(convolutional, matrix(network.x), at(0, 0), { runtime, dtype: 'float64' }),
    ).rejects.toThrow('hidden1.weight, hidden2.weight take the Jacobian, which is computed in float32');
  });

  test('what overflows', async () => {
    const large = createMatrix(1, 2, Float32Array.of(1e25, 1e25));
    await expect(tangentKernelBlock(point, large, at(0, 0), { runtime })).rejects.toThrow('float32 ends at 3.4e38');
  });
});
