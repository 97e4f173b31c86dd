import { createMatrix } from '@unbraid/data';
import { nodeRuntime } from '@unbraid/graph/node';
import { initialize } from '@unbraid/nn';
import { describe, expect, test } from 'vitest';
import {
  descend,
  gradientNorm,
  hessianNorm,
  infiniteKernel,
  kernelChange,
  kernelSensitivity,
  kernelSpectrum,
  linearize,
  ntkNetwork,
  plConstant,
  tangentKernel,
} from './index.ts';

const runtime = nodeRuntime({ threads: 1 });
const model = ntkNetwork({ inputs: 2, width: 4, activation: 'swish' });
const params = initialize(model, 0);
const x = createMatrix(2, 2, Float32Array.of(1, -1, 0.5, 2));
const row = createMatrix(1, 2, Float32Array.of(1, -1));
const y = createMatrix(2, 1, Float32Array.of(0, 1));
const broken = params.with(9, Number.NaN).with(10, Number.NaN);

/** All that takes weights. */
const uses: [string, (weights: Float32Array, scale?: number) => unknown][] = [
  ['tangentKernel', (w, s) => tangentKernel({ model, params: w }, scaled(x, s), undefined, { runtime })],
  [
    'tangentKernel by the Jacobian',
    (w, s) => tangentKernel({ model, params: w }, scaled(x, s), undefined, { runtime, method: 'jacobian' }),
  ],
  ['hessianNorm', (w, s) => hessianNorm({ model, params: w, x: scaled(row, s) }, { runtime })],
  ['gradientNorm', (w, s) => gradientNorm({ model, params: w, x: scaled(row, s) }, { runtime })],
  ['kernelSensitivity', (w, s) => kernelSensitivity({ model, params: w }, scaled(x, s), { runtime })],
  [
    'descend',
    (w, s) =>
      descend({ model, params: w, x: scaled(x, s), y }, { learningRate: 0.1, targetLoss: 0, maxSteps: 3, runtime }),
  ],
];

const scaled = ({ data, rows, cols }: typeof x, scale = 1) =>
  createMatrix(
    rows,
    cols,
    data.map((value, i) => (i === 0 ? scale : value)),
  );

describe('numbers that are not finite', () => {
  test.each(uses)('in parameters are counted and placed: %s', async (_, use) => {
    await expect((async () => use(broken))()).rejects.toThrow(
      'linearity: params has 2 NaN values, the first at entry 1 of output.weight (counted from 0)',
    );
  });

  test.each(uses)('that an input makes of float32 are an error in one line: %s', async (_, use) => {
    // What comes before the activation overflows.
    const large = params.map((value) => 100 * value);
    await expect((async () => use(large, 1e38))()).rejects.toThrow(/^linearity: .*float32 ends at 3.4e38/);
  });

  test('in parameters are refused by the tangent model', () => {
    expect(() => linearize(model, broken)).toThrow('linearity: params has 2 NaN values');
  });

  test('in kernels are refused', () => {
    const kernel = {
      kernel: createMatrix(1, 1, Float32Array.of(Number.NaN)),
      relativeError: 0,
      errorKind: 'estimated' as const,
    };
    const zeros = { ...kernel, kernel: createMatrix(1, 1) };
    for (const use of [kernelSpectrum, plConstant, (k: typeof kernel) => kernelChange(k, k)])
      expect(() => use(kernel)).toThrow('has 1 NaN value, the first at row 0, column 0');
    expect(() => kernelChange(zeros, zeros)).toThrow('the kernel before is 0');
    expect(() => infiniteKernel({ activation: 'relu' }, scaled(x, 1e30))).toThrow('linearity: the infinite kernel has');
  });
});

describe('settings', () => {
  test('are checked by name and range', async () => {
    const point = { model, params };
    await expect(tangentKernel(point, x, x, { sampledRow: 2 } as never)).rejects.toThrow(
      'no setting "sampledRow"; the nearest are sampledRows',
    );
    await expect(tangentKernel(point, x, x, { method: 'gram' as never })).rejects.toThrow(
      '"auto", "jacobian" or "alone"',
    );
    await expect(hessianNorm({ ...point, x: row }, { tolerance: Number.NaN })).rejects.toThrow('tolerance is NaN');
    await expect(hessianNorm({ ...point, x: row }, { maxProducts: Number.NaN })).rejects.toThrow('maxProducts is NaN');
    await expect(kernelSensitivity(point, x, { tolerance: -1 })).rejects.toThrow('tolerance is -1');
    const problem = { model, params, x, y };
    for (const rate of [Number.NaN, Number.POSITIVE_INFINITY, -1])
      await expect(descend(problem, { learningRate: rate, maxSteps: 1, runtime })).rejects.toThrow(
        `learningRate is ${rate}`,
      );
    await expect(descend(problem, { learningRate: () => Number.NaN, maxSteps: 1, runtime })).rejects.toThrow(
      'learningRate is NaN in step 0',
    );
    expect(() => ntkNetwork({ inputs: 2, width: 3, bottelneck: { layer: 1 } } as never)).toThrow(
      'the nearest are bottleneck',
    );
  });
});
