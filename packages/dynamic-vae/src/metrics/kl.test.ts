import { createMatrix } from '@unbraid/data';
import { expect, test } from 'vitest';
import { codesOf } from '../../test/codes.ts';
import { klDivergence } from './kl.ts';

test('the divergence is that of the formula, by latent and in all', () => {
  const mean = createMatrix(2, 2, Float32Array.of(1, 0, 3, 0));
  const logVariance = createMatrix(2, 2, Float32Array.of(0, Math.log(2), 0, 0));
  const { total, dimensions } = klDivergence({ mean, logVariance });
  expect(dimensions[0]).toBeCloseTo((1 / 2 + 9 / 2) / 2, 12);
  expect(dimensions[1]).toBeCloseTo((2 - 1 - Math.log(2)) / 2 / 2, 7);
  expect(total).toBe(dimensions[0]! + dimensions[1]!);
});

test('it is 0 for the prior, and keeps its digits close to it', () => {
  expect(klDivergence(codesOf([[0, 0]], 1)).total).toBe(0);
  const near = { mean: createMatrix(1, 1), logVariance: createMatrix(1, 1, Float32Array.of(1e-6)) };
  expect(klDivergence(near).total / 2.5e-13).toBeCloseTo(1, 3);
});

test('codes that do not fit, are none or are not finite are refused', () => {
  const codes = codesOf([[0, 1]], 1);
  expect(() => klDivergence({ ...codes, mean: createMatrix(1, 3) })).toThrow(
    'dynamic-vae: the means are 1 × 3, the log variances 1 × 2',
  );
  expect(() => klDivergence({ mean: createMatrix(0, 2), logVariance: createMatrix(0, 2) })).toThrow(
    'codes of 0 images and 2 latents say nothing',
  );
  const diverged = codesOf([[0], [0]], 1);
  diverged.logVariance.data[1] = Number.POSITIVE_INFINITY;
  expect(() => klDivergence(diverged)).toThrow(
    'dynamic-vae: the log variance has 1 infinite value, the first at image 1, latent 0 (counted from 0); training has diverged',
  );
  const wide = codesOf([[0]], 1);
  wide.logVariance.data[0] = 1000;
  expect(() => klDivergence(wide)).toThrow('dynamic-vae: the KL divergence is Infinity: a log variance is too large');
});
