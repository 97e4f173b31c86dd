import { createMatrix, type Matrix } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { adam, cosineDecay, fit, gaussian, initialize, meanSquaredError, predict } from '@unbraid/nn';
import { describe, expect, it } from 'vitest';
import { solveLeastSquares } from './cgls.ts';
import { gaussianGates, outputWeights } from './gates.ts';
import { predictOutputs } from './predict.ts';
import { galuNetwork, hiddenOf, reluNetwork } from './twin.ts';

const [rows, dimension, neurons, outputs] = [40, 5, 12, 3];
const random = createRandom(7);
const matrix = (label: string, m: number, n: number): Matrix =>
  createMatrix(m, n, random.split(label).normal(new Float32Array(m * n)));
const x = matrix('x', rows, dimension);
const gates = gaussianGates(neurons, dimension, random.split('gates'));
const a = outputWeights(neurons, outputs, random.split('a'));
const runtime = nodeRuntime({ threads: 1 });

const largestDifference = (p: Matrix, q: Matrix) => Math.max(...p.data.map((value, i) => Math.abs(value - q.data[i]!)));

describe('galuNetwork', () => {
  const model = galuNetwork({ gates, a, init: gaussian(1) });

  it('computes what a GaLU network with the same weights predicts', async () => {
    const params = initialize(model, 3);
    const network = { gates, a, weights: hiddenOf(model, params) };
    const expected = await predictOutputs(network, x, { runtime });
    expect(largestDifference(await predict(model, params, x, { runtime }), expected)).toBeLessThan(1e-5);
  });

  it('is trained by gradients to the error of the exact solution', async () => {
    const y = matrix('y', rows, outputs);
    const ample = { tolerance: 1e-6, targetError: 0, maxIterations: 500 };
    const exact = await solveLeastSquares({ x, y, gates, a, ridge: 0 }, { runtime, ...ample });
    const training = { data: { x, y }, batchSize: rows, epochs: 3000, learningRate: cosineDecay(0.1, 3000) };
    const found = await fit({ model, loss: meanSquaredError, optimizer: adam(), runtime, ...training });
    const error = found.history.at(-1)!.training.loss * outputs;
    expect(exact.error).toBeGreaterThan(0.01);
    expect(error / exact.error).toBeGreaterThan(0.999);
    expect(error / exact.error).toBeLessThan(1.01);
  });

  it('refuses gates and output weights of different sizes', () => {
    expect(() => galuNetwork({ gates, a: createMatrix(4, 1) })).toThrow('12 gates and 4 rows of output weights');
  });
});

describe('reluNetwork', () => {
  const model = reluNetwork({ inputs: dimension, a });
  const params = initialize(model, 5);

  it('is the GaLU network whose gates are its own weights', async () => {
    const w = hiddenOf(model, params);
    const asGalu = await predictOutputs({ gates: w, weights: w, a }, x, { runtime });
    expect(largestDifference(await predict(model, params, x, { runtime }), asGalu)).toBeLessThan(1e-5);
  });

  it('starts from the given output weights when it trains them, and then changes them', async () => {
    const both = reluNetwork({ inputs: dimension, a, trainOutput: true });
    const start = initialize(both, 5);
    expect([...start.subarray(-a.data.length)]).toEqual([...a.data]);
    const y = createMatrix(rows, outputs);
    const { params: end } = await fit({
      model: both,
      loss: meanSquaredError,
      data: { x, y },
      params: start,
      epochs: 1,
      runtime,
    });
    expect([...end.subarray(-a.data.length)]).not.toEqual([...a.data]);
  });
});

describe('hiddenOf', () => {
  it('finds the hidden weights before the output weights', () => {
    const both = reluNetwork({ inputs: dimension, a, trainOutput: true });
    const params = Float32Array.from({ length: neurons * (dimension + outputs) }, (_, i) => i);
    expect(hiddenOf(both, params)).toMatchObject({ rows: neurons, cols: dimension });
    expect(hiddenOf(both, params).data.at(-1)).toBe(neurons * dimension - 1);
  });

  it('refuses parameters of another length', () => {
    expect(() => hiddenOf(reluNetwork({ inputs: dimension, a }), new Float32Array(3))).toThrow(
      '60 parameters, 3 values',
    );
  });
});
