import { createMatrix, type Matrix } from '@unbraid/data';
import { layoutOf } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { dense, initialize, ntk, predict } from '@unbraid/nn';
import { describe, expect, test } from 'vitest';
import { relativeError } from '../../test/fixture.ts';
import { outputGradients } from '../../test/output-gradients.ts';
import { infiniteGaluKernel } from '../kernel.ts';
import { type DeepGalu, deepGalu } from './deep-galu.ts';
import { deepGates } from './deep-gates.ts';
import { infinitePathKernel, pathKernel } from './path-kernel.ts';
import { denseStages } from './stages.ts';

const runtime = nodeRuntime({ threads: 1 });
const drawn = (rows: number, cols: number, seed: number): Matrix =>
  createMatrix(rows, cols, createRandom(seed).normal(new Float32Array(rows * cols)));

/** One output, no biases, weights N(0, 1) divided by √fanIn in use. */
const network = (inputs: number, widths: readonly number[], gates: 'relu' | 'linear' | 'input'): DeepGalu =>
  deepGalu({
    stages: denseStages({ inputs, widths, init: ntk, bias: false }),
    output: dense(widths.at(-1)!, 1, { init: ntk, bias: false }),
    gates,
  });

describe('a tiny network, path by path', () => {
  const [inputs, widths] = [3, [4, 3]] as const;
  const model = network(inputs, widths, 'relu');
  const params = initialize(model, 1);
  const x = drawn(5, inputs, 2);

  /** What `of` says of each way from an input i through neurons j and k to the output. */
  const paths = (of: (i: number, j: number, k: number) => number): number[] =>
    Array.from({ length: inputs * 4 * 3 }, (_, at) => of(Math.floor(at / 12), Math.floor(at / 3) % 4, at % 3));
  const features = async (): Promise<number[][]> => {
    const [first, second] = (await deepGates(model, params, x, { runtime })) as [Matrix, Matrix];
    return Array.from({ length: x.rows }, (_, row) =>
      paths((i, j, k) => x.data[row * inputs + i]! * first.data[row * 4 + j]! * second.data[row * 3 + k]!),
    );
  };
  const inner = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, t) => sum + value * b[t]!, 0);

  test('the kernel is the inner product of the features of its paths', async () => {
    const phi = await features();
    const gates = await deepGates(model, params, x, { runtime });
    const k = pathKernel({ x, gates }, { x, gates }, { normalized: false });
    expect(
      relativeError(
        k.data,
        phi.flatMap((a) => phi.map((b) => inner(a, b))),
      ),
    ).toBeLessThan(1e-6);
    expect(
      relativeError(
        pathKernel({ x, gates }).data,
        Array.from(k.data, (value) => value / 36),
      ),
    ).toBeLessThan(1e-6);
  });

  test('the output is their inner product with the values of the paths', async () => {
    const at = new Map(layoutOf(model.params, 'params').leaves.map((leaf) => [leaf.path, leaf.offset]));
    const weight = (path: string, index: number) => params[at.get(`values.${path}.weight`)! + index]!;
    const scale = Math.sqrt(3 * 4 * 3);
    const values = paths(
      (i, j, k) => (weight('stages.0', i * 4 + j) * weight('stages.1', j * 3 + k) * weight('output', k)) / scale,
    );
    const outputs = (await features()).map((phi) => inner(phi, values));
    expect(relativeError((await predict(model, params, x, { runtime })).data, outputs)).toBeLessThan(1e-5);
  });
});

/** The tangent kernel at parameters: inner products of gradients. */
async function tangent(model: DeepGalu, x: Matrix, draws: readonly Float32Array[]): Promise<Float64Array[]> {
  const gradients = await outputGradients(model, x, runtime);
  const kernels: Float64Array[] = [];
  for (const params of draws) {
    const rows = await gradients.at(params);
    kernels.push(
      Float64Array.from(rows.flatMap((a) => rows.map((b) => a.reduce((sum, value, t) => sum + value * b[t]!, 0)))),
    );
  }
  await gradients.release();
  return kernels;
}

describe('the tangent kernel of a network with fixed gates', () => {
  test('is depth + 1 times the path kernel in the mean over weights, at any width', async () => {
    const model = network(3, [5, 4], 'relu');
    const x = drawn(3, 3, 7);
    const fixed = initialize(model, 1);
    const isFeature = layoutOf(model.params, 'params').leaves.filter(({ path }) => path.startsWith('features'));
    const draws = Array.from({ length: 1500 }, (_, seed) => {
      const params = initialize(model, 100 + seed);
      for (const { offset, size } of isFeature) params.set(fixed.subarray(offset, offset + size), offset);
      return params;
    });
    const kernels = await tangent(model, x, draws);
    const expected = pathKernel({ x, gates: await deepGates(model, fixed, x, { runtime }) }).data;
    for (let at = 0; at < 9; at++) {
      const mean = kernels.reduce((sum, k) => sum + k[at]!, 0) / kernels.length;
      const variance = kernels.reduce((sum, k) => sum + (k[at]! - mean) ** 2, 0) / kernels.length;
      const error = Math.sqrt(variance / kernels.length);
      expect(Math.abs(mean - 3 * expected[at]!)).toBeLessThan(4.5 * error + 1e-6);
    }
    // The test could tell another factor.
    expect(expected.some((value) => Math.abs(value) > 0.05)).toBe(true);
  });

  test.each(['relu', 'linear', 'input'] as const)(
    'comes closer to it as layers widen, gates of kind %s',
    async (gates) => {
      const x = drawn(4, 5, 9);
      const limit = infinitePathKernel(x, x, { depth: 2, gates });
      const errorsAt = async (width: number) => {
        const model = network(5, [width, width], gates);
        const params = initialize(model, 3);
        const k = pathKernel({ x, gates: await deepGates(model, params, x, { runtime }) });
        const [found] = await tangent(model, x, [params]);
        return [
          relativeError(
            found!,
            Array.from(k.data, (value) => 3 * value),
          ),
          relativeError(k.data, limit.data),
        ] as const;
      };
      const [toKernel, toLimit] = await errorsAt(700);
      expect(toKernel).toBeLessThan(0.12);
      expect(toLimit).toBeLessThan(0.08);
      const narrow = await errorsAt(10);
      expect(narrow[0]).toBeGreaterThan(2 * toKernel);
      expect(narrow[1]).toBeGreaterThan(2 * toLimit);
    },
  );
});

describe('the limit', () => {
  const x = drawn(6, 4, 11);

  test('of one layer is the infinite kernel of a GaLU network over the number of inputs', () => {
    for (const gates of ['relu', 'linear', 'input'] as const) {
      const expected = infiniteGaluKernel(x).data.map((value) => value / 4);
      expect(relativeError(infinitePathKernel(x, x, { depth: 1, gates }).data, expected)).toBeLessThan(1e-6);
    }
  });

  test('halves with each layer for a row and itself; gates of a ReLU network open together more often than those of the input', () => {
    const deep = (gates: 'relu' | 'input') => infinitePathKernel(x, x, { depth: 3, gates }).data;
    const square = x.data.subarray(0, 4).reduce((sum, value) => sum + value * value, 0);
    expect(deep('relu')[0]).toBeCloseTo(square / 4 / 8, 5);
    expect(Math.abs(deep('relu')[1]!)).toBeGreaterThan(Math.abs(deep('input')[1]!));
  });

  test('of a zero row is 0', () => {
    expect([...infinitePathKernel([[0, 0]], [[1, 2]], { depth: 2 }).data]).toEqual([0]);
  });
});

test('sizes that do not agree are refused', () => {
  const [x, g] = [createMatrix(2, 3), createMatrix(2, 4)];
  expect(() => pathKernel({ x, gates: [] })).toThrow(/X has no gates/);
  expect(() => pathKernel({ x, gates: [createMatrix(3, 4)] })).toThrow(/X has 2 rows, its gates of layer 0 .* have 3/);
  expect(() => pathKernel({ x, gates: [g] }, { x, gates: [g, g] })).toThrow(/widths 3, 4, Z has 3, 4, 4/);
  expect(() => infinitePathKernel(x, createMatrix(2, 4), { depth: 1 })).toThrow(/3 and 4 columns/);
  expect(() => infinitePathKernel(x, x, { depth: 0 })).toThrow(/depth is 0/);
});
