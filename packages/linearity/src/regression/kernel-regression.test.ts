import { readFileSync } from 'node:fs';
import { nodeRuntime } from '@unbraid/graph/node';
import { describe, expect, test } from 'vitest';
import { matrix, relativeError, type Stored } from '../../test/fixture.ts';
import { infiniteKernel, infiniteKernels, kernelRegression, ntkNetwork, tangentRegression } from '../index.ts';
import { normalRadius } from './prediction.ts';

interface Ensemble {
  readonly ridge: number;
  readonly x: Stored;
  readonly z: Stored;
  readonly y: readonly number[];
  readonly mean: readonly number[];
  readonly variance: readonly number[];
  readonly nngpMean: readonly number[];
  readonly nngpVariance: readonly number[];
}

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../test/fixtures/${name}.json`, import.meta.url), 'utf8'));
const fixture = read('regression');
const ensemble: Ensemble = read('infinite-kernels').ensemble;
const runtime = nodeRuntime({ threads: 1 });
const [x, z, y] = [matrix(fixture.x), matrix(fixture.z), Float64Array.from(fixture.y)];
const relu = { activation: 'relu' } as const;

const kernel = infiniteKernel(relu, x);
const cross = infiniteKernel(relu, z, x);
const problem = { kernel, y, ridge: fixture.ridge };
const rows = { cross, diagonal: cross.diagonalX };

describe('the posterior', () => {
  test('is that of scikit-learn, with the marginal likelihood', () => {
    const fit = kernelRegression(problem);
    const { mean, variance } = fit.predict(rows);
    expect(relativeError(mean.data, fixture.mean)).toBeLessThan(1e-5);
    expect(relativeError(variance.data.map(Math.sqrt), fixture.deviation)).toBeLessThan(1e-5);
    expect(fit.logMarginalLikelihood! / fixture.likelihood).toBeCloseTo(1, 5);
  });

  test('has intervals that hold noise, or the function alone', () => {
    const prediction = kernelRegression(problem).predict(rows);
    const { lower, upper } = prediction.intervals({ level: 0.95 });
    const inner = prediction.intervals({ level: 0.95, of: 'function' });
    prediction.mean.data.forEach((mean, i) => {
      const variance = fixture.deviation[i] ** 2;
      expect(upper.data[i]! - mean).toBeCloseTo(1.959964 * Math.sqrt(variance + fixture.ridge), 4);
      expect(mean - lower.data[i]!).toBeCloseTo(upper.data[i]! - mean, 5);
      expect(inner.upper.data[i]! - mean).toBeCloseTo(1.959964 * Math.sqrt(variance), 4);
    });
  });

  test('of the amplitude of largest likelihood has a larger one than others', () => {
    const fit = kernelRegression({ ...problem, amplitude: 'likelihood' });
    const scaled = (factor: number) =>
      kernelRegression({
        ...problem,
        kernel: { ...kernel, kernel: { ...kernel.kernel, data: kernel.kernel.data.map((value) => value * factor) } },
        ridge: factor * fixture.ridge,
      }).logMarginalLikelihood!;
    expect(fit.logMarginalLikelihood).toBeCloseTo(scaled(fit.amplitude), 4);
    for (const factor of [0.8, 1.25]) expect(scaled(factor * fit.amplitude)).toBeLessThan(fit.logMarginalLikelihood!);
    expect(fit.noise).toBeCloseTo(fit.amplitude * fixture.ridge, 10);
    expect([...fit.predict(rows).mean.data]).toEqual([...kernelRegression(problem).predict(rows).mean.data]);
  });

  test('of several targets has each of them, with one variance', () => {
    const both = Array.from(y, (value) => [value, -2 * value]);
    const { mean, variance } = kernelRegression({ ...problem, y: both }).predict(rows);
    const single = kernelRegression(problem).predict(rows);
    single.mean.data.forEach((value, i) => {
      expect(mean.data[2 * i]).toBeCloseTo(value, 5);
      expect(mean.data[2 * i + 1]).toBeCloseTo(-2 * value, 5);
      expect(variance.data[2 * i + 1]).toBe(variance.data[2 * i]);
    });
  });
});

test('over networks that were trained, mean and variance are those of neural-tangents', () => {
  const [a, b] = [matrix(ensemble.x), matrix(ensemble.z)];
  const dense = { layer: 'dense', weightStd: 1.3, biasStd: 0.4 } as const;
  const network = { layers: [dense, { layer: 'activation', activation: 'erf' }, dense] } as const;
  const [own, other] = [infiniteKernels(network, a), infiniteKernels(network, b, a)];
  const fit = kernelRegression({
    kernel: own.tangent,
    prior: own.nngp,
    y: Float64Array.from(ensemble.y),
    ridge: ensemble.ridge,
  });
  const { mean, variance } = fit.predict({
    cross: other.tangent,
    diagonal: other.tangent.diagonalX,
    priorCross: other.nngp,
    priorDiagonal: other.nngp.diagonalX,
  });
  expect(relativeError(mean.data, ensemble.mean)).toBeLessThan(1e-5);
  expect(relativeError(variance.data, ensemble.variance)).toBeLessThan(1e-5);
  const bayes = kernelRegression({ kernel: own.nngp, y: Float64Array.from(ensemble.y), ridge: ensemble.ridge });
  const posterior = bayes.predict({ cross: other.nngp, diagonal: other.nngp.diagonalX });
  expect(relativeError(posterior.mean.data, ensemble.nngpMean)).toBeLessThan(1e-5);
  expect(relativeError(posterior.variance.data, ensemble.nngpVariance)).toBeLessThan(1e-4);
});

test('a tangent model is regressed as NumPy does it', async () => {
  const { params, x: a, z: b, targets, mean, variance } = fixture.network;
  const point = {
    model: ntkNetwork({ inputs: 3, width: 5, depth: 1, outputs: 2 }),
    params: Float32Array.from(params),
  };
  const fit = await tangentRegression(point, matrix(a), matrix(targets), { ridge: fixture.ridge, runtime });
  const found = await fit.predict(matrix(b));
  expect(relativeError(found.mean.data, mean)).toBeLessThan(1e-5);
  expect(relativeError(found.variance.data, variance)).toBeLessThan(1e-4);
});

test('half widths of intervals are those of SciPy', () => {
  for (const [level, radius] of fixture.radii) expect(normalRadius(level)).toBeCloseTo(radius, 8);
});

describe('what does not fit is refused', () => {
  test('a kernel of rows that are alike, without a ridge', () => {
    const twice = infiniteKernel(relu, [
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(() => kernelRegression({ kernel: twice, y: Float64Array.of(1, 2), ridge: 0 })).toThrow('raise the ridge');
  });

  test('other sizes, levels and missing priors', () => {
    const fit = kernelRegression(problem);
    expect(() => fit.predict({ ...rows, diagonal: [1] })).toThrow('diagonal has 1 entries for 4 new rows');
    expect(() => fit.predict({ ...rows, cross: kernel, diagonal: kernel.diagonalX }).intervals({ level: 1 })).toThrow(
      'level is 1',
    );
    expect(() => kernelRegression({ ...problem, prior: kernel }).predict(rows)).toThrow('priorCross');
    expect(() => kernelRegression({ ...problem, kernel: cross })).toThrow('kernel is 4 × 6; 4 × 4 is needed');
    expect(() => kernelRegression({ ...problem, prior: kernel, amplitude: 'likelihood' })).toThrow('no likelihood');
  });
});
