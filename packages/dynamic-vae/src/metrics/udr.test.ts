import { createRandom } from '@unbraid/kernels';
import { expect, test } from 'vitest';
import { codesOf, turned } from '../../test/codes.ts';
import type { Codes } from './codes.ts';
import { udr } from './udr.ts';

const random = createRandom(6);
const rows = Array.from({ length: 400 }, () => Array.from(random.normal(new Float64Array(2))) as [number, number]);

/** The code of each row; latents after the second are switched off. */
const model = (of: (row: [number, number]) => readonly number[]): Codes => {
  const codes = codesOf(
    rows.map((row) => [...of(row), 0]),
    0.1,
  );
  codes.logVariance.data.forEach((_, i) => {
    if (i % 3 === 2) codes.logVariance.data[i] = 0;
  });
  return codes;
};

test.each(['lasso', 'spearman'] as const)(
  'by %s, models that agree up to order and sign score 1 but for the penalty',
  (similarity) => {
    const models = [
      model(([a, b]) => [a, b]),
      model(([a, b]) => [-b, a]),
      model(([a, b]) => turned([a, b], Math.PI / 4)),
    ];
    const { scores, pairs, informative } = udr(models, { similarity });
    expect(Array.from(informative)).toEqual([2, 2, 2]);
    expect(pairs[1]).toBeGreaterThan(0.85);
    // The turned one tells half of both by each.
    expect(pairs[2]).toBeLessThan(0.55);
    expect(scores[2]).toBeLessThan(scores[0]!);
  },
);

test('a model whose latents are all switched off scores 0', () => {
  const still = codesOf(
    rows.map(() => [0, 0]),
    1,
  );
  const { scores, informative } = udr([model(([a, b]) => [a, b]), still, still]);
  expect(Array.from(informative)).toEqual([2, 0, 0]);
  expect(Array.from(scores)).toEqual([0, 0, 0]);
});

test('one model, or codes of other images, are refused', () => {
  const codes = model(([a, b]) => [a, b]);
  expect(() => udr([codes])).toThrow('dynamic-vae: UDR compares two models or more; give the codes of each in a list');
  expect(() => udr([codes, codesOf([[1], [2]], 1)])).toThrow('model 0 has codes of 400 images, model 1 of 2');
});
