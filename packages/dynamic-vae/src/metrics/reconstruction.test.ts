import { createMatrix } from '@unbraid/data';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bernoulliReconstruction, gaussianReconstruction } from './reconstruction.ts';

function row(...values: number[]) {
  return createMatrix(1, values.length, Float32Array.from(values));
}

test('the Bernoulli loss is the cross-entropy of the pixels', () => {
  const logits = fc.float({ min: -8, max: 8, noNaN: true });
  const pixels = fc.float({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(logits, pixels, (logit, pixel) => {
      const p = 1 / (1 + Math.exp(-logit));
      const expected = -(pixel * Math.log(p) + (1 - pixel) * Math.log(1 - p));
      expect(bernoulliReconstruction(row(logit), row(pixel))).toBeCloseTo(expected, 9);
    }),
  );
});

test('losses are summed over pixels and averaged over images', () => {
  const zeros = createMatrix(3, 5);
  expect(bernoulliReconstruction(zeros, zeros)).toBeCloseTo(5 * Math.log(2), 12);
  const ones = createMatrix(3, 5, new Float32Array(15).fill(1));
  expect(gaussianReconstruction(zeros, ones)).toBe(2.5);
  expect(gaussianReconstruction(zeros, ones, 0.5)).toBe(5);
});

test('sure logits cost nothing where they are right and their size where they are wrong', () => {
  expect(bernoulliReconstruction(row(1000, -1000), row(1, 0))).toBe(0);
  expect(bernoulliReconstruction(row(1000, -1000), row(0, 1))).toBe(2000);
});

test('pixels out of range, other shapes, no images and no variance are refused', () => {
  expect(() => bernoulliReconstruction(row(0), row(1.5))).toThrow(
    'dynamic-vae: images have a pixel of 1.5; a Bernoulli likelihood needs pixels in [0, 1]',
  );
  expect(() => gaussianReconstruction(row(0, 1), row(1))).toThrow('the reconstructions are 1 × 2, the images 1 × 1');
  expect(() => gaussianReconstruction(createMatrix(0, 2), createMatrix(0, 2))).toThrow('give at least one');
  expect(() => gaussianReconstruction(row(0), row(0), 0)).toThrow('is positive and finite, got 0');
});
