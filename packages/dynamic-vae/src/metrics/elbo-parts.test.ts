import { createMatrix } from '@unbraid/data';
import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { codesOf, place, turned, wholeGrid } from '../../test/codes.ts';
import { elboParts } from './elbo-parts.ts';
import { klDivergence } from './kl.ts';

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

test('where every posterior is the prior, every part is 0', () => {
  const codes = { mean: createMatrix(50, 3), logVariance: createMatrix(50, 3) };
  const parts = elboParts(codes, { seed: createRandom(1) });
  for (const part of [parts.indexCodeInformation, parts.totalCorrelation, total(parts.dimensionWiseKl)]) {
    expect(part).toBeCloseTo(0, 9);
  }
});

test('a perfect code on a grid has no total correlation; turned by an eighth it has', () => {
  const { rows } = wholeGrid([16, 16]);
  const at = (angle: number) => {
    const means = rows.map(([a, b]) => turned([place(a!, 16, 2), place(b!, 16, 2)], angle));
    return elboParts(codesOf(means, 0.2), { seed: createRandom(3) }).totalCorrelation;
  };
  expect(at(0)).toBeCloseTo(0, 9);
  expect(at(Math.PI / 4)).toBeGreaterThan(0.1);
});

test('codes that do not overlap tell which of all images it is, and a repeated latent tells all of the other', () => {
  const means = Array.from({ length: 64 }, (_, i) => [place(i, 64, 3), place(i, 64, 3)]);
  const { indexCodeInformation, totalCorrelation } = elboParts(codesOf(means, 1e-3), { seed: createRandom(4) });
  expect(indexCodeInformation).toBeCloseTo(Math.log(64), 9);
  expect(totalCorrelation).toBeCloseTo(Math.log(64), 9);
  const larger = elboParts(codesOf(means, 1e-3), { seed: createRandom(4), datasetSize: 1000 });
  expect(larger.indexCodeInformation).toBeCloseTo(Math.log(1000), 9);
});

/** Means such that q(z) is close to two standard normal variables of correlation 0.4, under noise of variance ½. */
function correlatedCodes(images: number) {
  const draws = createRandom(8).normal(new Float64Array(2 * images));
  // Of the means, of covariance [½, 0.4; 0.4, ½].
  const means = Array.from({ length: images }, (_, i) => {
    const [a, b] = [draws[2 * i]!, draws[2 * i + 1]!];
    return [Math.sqrt(0.5) * a, (0.4 * a) / Math.sqrt(0.5) + Math.sqrt(0.5 - 0.16 / 0.5) * b];
  });
  return codesOf(means, Math.sqrt(0.5));
}

test('the parts of a Gaussian aggregate are those that theory gives', () => {
  const parts = elboParts(correlatedCodes(2000), { seed: createRandom(9) });
  expect(Math.abs(parts.totalCorrelation + Math.log(1 - 0.16) / 2)).toBeLessThan(0.03);
  expect(Math.abs(parts.indexCodeInformation - Math.log((1 - 0.16) / 0.25) / 2)).toBeLessThan(0.05);
  for (const kl of parts.dimensionWiseKl) expect(Math.abs(kl)).toBeLessThan(0.02);
});

test('the parts sum to the KL divergence', () => {
  const codes = correlatedCodes(1500);
  const { indexCodeInformation, totalCorrelation, dimensionWiseKl } = elboParts(codes, { seed: createRandom(10) });
  const sum = indexCodeInformation + totalCorrelation + total(dimensionWiseKl);
  expect(Math.abs(sum - klDivergence(codes).total)).toBeLessThan(0.06);
});

test('the same stream gives the same parts', () => {
  const codes = correlatedCodes(40);
  expect(elboParts(codes, { seed: createRandom(1) })).toEqual(elboParts(codes, { seed: createRandom(1) }));
});

test('too few images and data sets smaller than their sample are refused', () => {
  const random = createRandom(1);
  expect(() => elboParts(codesOf([[0]], 1), { seed: random })).toThrow('those of 2 images or more');
  expect(() => elboParts(codesOf([[0], [1]], 1), { seed: random, datasetSize: 1 })).toThrow(
    'dynamic-vae: a data set of 1 images does not hold the 2 that were encoded',
  );
});
