import { readFileSync } from 'node:fs';
import { constant, reduceSum, relu, type Tensor } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { activation, dense, filled, initialize, meanSquaredError, sequential, softmaxCrossEntropy } from '@unbraid/nn';
import { describe, expect, test } from 'vitest';
import { matrix, type Stored } from '../../test/fixture.ts';
import {
  densityAt,
  densityCurve,
  distributionAt,
  ntkNetwork,
  spectralDensity,
  spectralMean,
  type WeightFunction,
} from '../index.ts';

interface Spectra {
  readonly options: {
    readonly inputs: number;
    readonly width: number;
    readonly depth: number;
    readonly outputs: number;
  };
  readonly params: readonly number[];
  readonly x: Stored;
  readonly y: Stored;
  readonly labels: readonly number[];
  readonly hessian: readonly number[];
  readonly gaussNewton: readonly number[];
  readonly crossEntropy: readonly number[];
  readonly kernel: readonly number[];
}

const spectra: Spectra = JSON.parse(readFileSync(new URL('../../test/fixtures/spectra.json', import.meta.url), 'utf8'));
const runtime = nodeRuntime({ threads: 1 });
const point = {
  model: ntkNetwork(spectra.options),
  params: Float32Array.from(spectra.params),
  x: matrix(spectra.x),
};
const squared = (outputs: Tensor) => meanSquaredError(outputs, constant([...spectra.y.data], [...spectra.y.shape]));
const entropy = (outputs: Tensor) =>
  softmaxCrossEntropy(outputs, constant([...spectra.labels], [spectra.labels.length], 'int32'));

const cases: readonly [string, WeightFunction, 'hessian' | 'gaussNewton' | 'tangentKernel', readonly number[]][] = [
  ['Hessian of a squared error', { ...point, scalar: squared }, 'hessian', spectra.hessian],
  ['Gauss-Newton matrix of a squared error', { ...point, scalar: squared }, 'gaussNewton', spectra.gaussNewton],
  ['Gauss-Newton matrix of a cross entropy', { ...point, scalar: entropy }, 'gaussNewton', spectra.crossEntropy],
  ['tangent kernel', point, 'tangentKernel', spectra.kernel],
];

describe.each(cases)('the %s', (_, f, kind, eigenvalues) => {
  const found = spectralDensity(f, { matrix: kind, probes: 60, steps: 40, runtime, seed: 3 });
  const norm = Math.max(...eigenvalues.map(Math.abs));

  test('has the moments of the exact eigenvalues, within errors that tell', async () => {
    const { moments, size } = await found;
    expect(size).toBe(eigenvalues.length);
    moments.forEach(({ value, standardError }, k) => {
      const exact = eigenvalues.reduce((sum, each) => sum + each ** (k + 1), 0) / size;
      expect(Math.abs(value - exact)).toBeLessThan(4 * standardError + 1e-6 * norm ** (k + 1));
      expect(standardError).toBeLessThan(0.2 * norm ** (k + 1));
    });
  });

  test('has their distribution', async () => {
    const density = await found;
    for (let t = -1.05; t <= 1.05; t += 0.1) {
      const exact = eigenvalues.filter((each) => each <= t * norm).length / eigenvalues.length;
      const { value, standardError } = distributionAt(density, t * norm);
      expect(Math.abs(value - exact)).toBeLessThan(4 * standardError + 0.02);
    }
  });

  test('reaches both ends', async () => {
    const { lower, upper } = await found;
    expect(Math.abs(lower - Math.min(...eigenvalues))).toBeLessThan(1e-5 * norm);
    expect(Math.abs(upper - Math.max(...eigenvalues))).toBeLessThan(1e-5 * norm);
  });
});

test('random signs see a diagonal matrix exactly: each probe has its whole spectrum', async () => {
  // ½ Σ (x · w)² over rows of one entry each: H = diag(x²).
  const model = dense(4, 1, { bias: false, init: filled(1) });
  const x = [
    [1, 0, 0, 0],
    [0, 2, 0, 0],
    [0, 0, 3, 0],
    [0, 0, 0, 4],
  ];
  const density = await spectralDensity(
    { model, params: initialize(model, 0), x },
    { matrix: 'gaussNewton', probes: 2, runtime, width: 0.01 },
  );
  for (const { nodes, weights } of density.probes) {
    [1, 4, 9, 16].forEach((value, i) => {
      expect(nodes[i]).toBeCloseTo(value, 4);
      expect(weights[i]).toBeCloseTo(0.25, 5);
    });
  }
  expect(density.moments[1]!.value).toBeCloseTo((1 + 16 + 81 + 256) / 4, 3);
  expect(distributionAt(density, 5).value).toBeCloseTo(0.5, 5);
  expect(4 * spectralMean(density, Math.log).value).toBeCloseTo(Math.log(1 * 4 * 9 * 16), 4);
  expect(densityAt(density, 4).value / (0.25 / (0.01 * Math.sqrt(2 * Math.PI)))).toBeCloseTo(1, 3);
});

test('a function without a value at an eigenvalue has no mean', async () => {
  // More weights than outputs: most eigenvalues are 0.
  const density = await spectralDensity(point, { matrix: 'gaussNewton', runtime });
  expect(() => spectralMean(density, Math.log)).toThrow(/is (NaN|-Infinity) at the eigenvalue/);
  expect(() => densityAt(density, Number.NaN)).toThrow('is NaN at the eigenvalue');
});

test('the curve has mass 1', async () => {
  const density = await spectralDensity({ ...point, scalar: squared }, { matrix: 'gaussNewton', runtime, width: 0.05 });
  const curve = densityCurve(density, { points: 2000, margin: 6 });
  const step = curve[1]!.at - curve[0]!.at;
  expect(curve.reduce((sum, { value }) => sum + value * step, 0)).toBeCloseTo(1, 4);
});

test('the same seed gives the same numbers, another one others', async () => {
  const of = (seed: number) => spectralDensity(point, { matrix: 'tangentKernel', probes: 2, steps: 3, runtime, seed });
  expect(await of(1)).toEqual(await of(1));
  expect((await of(2)).probes).not.toEqual((await of(1)).probes);
});

test('products are counted whether or not somebody listens', async () => {
  const told: [number, number][] = [];
  const settings = { matrix: 'tangentKernel', probes: 2, steps: 3, runtime } as const;
  const heard = await spectralDensity(point, { ...settings, onProduct: (...counts) => told.push(counts) });
  expect(heard.products).toBe(6);
  expect((await spectralDensity(point, settings)).products).toBe(6);
  expect(told).toEqual([1, 2, 3, 4, 5, 6].map((product) => [product, 6]));
});

test('kinks of the model are refused for the Hessian and taken for the others', async () => {
  const model = sequential([dense(3, 5), activation('relu'), dense(5, 1)]);
  const f = { model, params: initialize(model, 0), x: [[1, 2, 3]] };
  await expect(spectralDensity(f, { matrix: 'hessian', runtime })).rejects.toThrow('relu is not defined');
  expect((await spectralDensity(f, { matrix: 'hessian', runtime, kinks: 'pieces' })).kinks).toEqual(['relu']);
  expect((await spectralDensity(f, { matrix: 'gaussNewton', runtime })).lower).toBeGreaterThan(-1e-4);
});

test('a loss with kinks has no Gauss-Newton matrix', async () => {
  const kinked = { ...point, scalar: (outputs: Tensor) => reduceSum(relu(outputs)) };
  await expect(spectralDensity(kinked, { matrix: 'gaussNewton', runtime })).rejects.toThrow(
    'the Gauss-Newton matrix of a network with relu is not defined',
  );
});

test('settings that do not fit are refused', async () => {
  await expect(spectralDensity(point, { matrix: 'hessian', probes: 1, runtime })).rejects.toThrow('probes is 1');
  await expect(spectralDensity({ ...point, scalar: squared }, { matrix: 'tangentKernel', runtime })).rejects.toThrow(
    'takes no scalar',
  );
  await expect(spectralDensity(point, { matrix: 'gaussNewton', availableBytes: 100, runtime })).rejects.toThrow(
    'would take',
  );
});
