import { createMatrix, type Matrix, matrixFromRows } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { describe, expect, test } from 'vitest';
import { firstOutput, fixture, matrix, relativeError } from '../test/fixture.ts';
import { rowsInMemory } from './blocks.ts';
import { featureSquares } from './bound.ts';
import { gaussianGates, outputWeights } from './gates.ts';
import { galuKernel, infiniteGaluKernel } from './kernel.ts';
import { fitKernelRidge, predictKernelRidge } from './kernel-ridge.ts';

const runtime = nodeRuntime({ threads: 1 });
const { network, kernel, infinite } = fixture;
const [x, z] = [matrix(network.X), matrix(network.XTest)];
const gated = { gates: matrix(network.U), alpha: firstOutput(network.A) };
const firstColumn = ({ data, rows, cols }: Matrix) =>
  createMatrix(
    rows,
    1,
    data.filter((_, i) => i % cols === 0),
  );
const firstRows = ({ data, cols }: Matrix, rows: number) => createMatrix(rows, cols, data.slice(0, rows * cols));

describe('the kernel of a finite network', () => {
  test('is the one that NumPy computes from the features', async () => {
    expect(relativeError((await galuKernel(x, x, gated, { runtime })).data, kernel.matrix.data)).toBeLessThan(1e-5);
  });

  test('predicts as NumPy does by kernel ridge regression', async () => {
    const beta = fitKernelRidge(
      await galuKernel(x, x, gated, { runtime }),
      firstColumn(matrix(network.Y)),
      kernel.lambda,
    );
    const n = predictKernelRidge(await galuKernel(z, x, gated, { runtime }), beta);
    expect(relativeError(n.data, kernel.testPrediction)).toBeLessThan(1e-4);
  });

  test('comes closer to the infinite kernel with more neurons, as one over the square root of their number', async () => {
    const random = createRandom(8);
    const limit = infiniteGaluKernel(x, x);
    const errors = [];
    for (const neurons of [400, 40_000]) {
      const gates = gaussianGates(neurons, x.cols, random.split('gates'));
      const alpha = outputWeights(neurons, 1, random.split('a')).data;
      errors.push(relativeError((await galuKernel(x, x, { gates, alpha }, { runtime })).data, limit.data));
    }
    expect(errors[0]! / errors[1]!).toBeGreaterThan(5);
    expect(errors[1]).toBeLessThan(0.02);
  });
});

describe('the kernel of the infinite network', () => {
  const few = infinite.matrix.shape[0]!;

  test('is the closed form of NumPy, within the error of a Monte Carlo estimate', () => {
    const k = infiniteGaluKernel(firstRows(x, few), firstRows(x, few));
    expect(relativeError(k.data, infinite.matrix.data)).toBeLessThan(1e-5);
    k.data.forEach((value, i) => {
      expect(Math.abs(value - infinite.monteCarloMatrix.data[i]!)).toBeLessThan(6 * infinite.largestStandardError);
    });
  });

  test('predicts as NumPy does by kernel ridge regression', () => {
    const beta = fitKernelRidge(infiniteGaluKernel(x, x), firstColumn(matrix(network.Y)), infinite.lambda);
    expect(
      relativeError(predictKernelRidge(infiniteGaluKernel(z, x), beta).data, infinite.testPrediction),
    ).toBeLessThan(1e-4);
  });

  test('of a zero vector is 0, of a vector with itself half its squared length', () => {
    const rows = matrixFromRows([
      [0, 0],
      [3, 4],
    ]);
    expect([...infiniteGaluKernel(rows, rows).data]).toEqual([0, 0, 0, 12.5]);
  });
});

test('inputs of another dimension than the gates are refused', async () => {
  await expect(galuKernel(createMatrix(2, 3), createMatrix(2, 3), gated, { runtime })).rejects.toThrow(
    /3 and 3 columns, the gates have 5/,
  );
});

test('the infinite kernel refuses inputs of two dimensions', () => {
  expect(() => infiniteGaluKernel(createMatrix(2, 3), createMatrix(2, 4))).toThrow(/3 and 4 columns; they must agree/);
});

test('output weights that are not one for each gate are refused', async () => {
  const wrong = { ...gated, alpha: new Float32Array(3) };
  await expect(galuKernel(x, x, wrong, { runtime })).rejects.toThrow(/alpha has 3 entries, there are 7 gates/);
});

test('gates that are cut into blocks give the kernel of all of them', async () => {
  const [neurons, samples] = [9000, 600];
  expect(neurons).toBeGreaterThan(rowsInMemory(2 * samples));
  const random = createRandom(9);
  const inputs = createMatrix(samples, 2, random.normal(new Float32Array(2 * samples)));
  const gates = gaussianGates(neurons, 2, random.split('gates'));
  const alpha = outputWeights(neurons, 1, random.split('a')).data;
  const k = await galuKernel(inputs, inputs, { gates, alpha }, { runtime });
  const limit = infiniteGaluKernel(inputs, inputs);
  expect(relativeError(k.data, limit.data)).toBeLessThan(0.05);
  const diagonal = await featureSquares(inputs, { gates, alpha }, runtime);
  expect(
    relativeError(
      diagonal.map((_, i) => k.data[i * samples + i]!),
      diagonal,
    ),
  ).toBeLessThan(1e-5);
});
