import { constant, evaluate, leavesOf, reshape } from '@unbraid/graph';
import type { ParamSpec } from '@unbraid/nn';
import { expect, it } from 'vitest';
import { createDiscriminator, discriminatorLoss, permuteCodes, totalCorrelation } from './discriminator.ts';

it('permutes every latent across the rows by its own order', () => {
  const codes = reshape(constant([1, 10, 2, 20, 3, 30], [6]), [3, 2]);
  const order = constant([1, 2, 0, 5, 4, 3], [6], 'int32');
  const [permuted] = evaluate([permuteCodes(codes, order)], new Map());
  expect(permuted!.shape).toEqual([3, 2]);
  expect([...permuted!.data]).toEqual([2, 30, 3, 20, 1, 10]);
});

it('a discriminator that is sure and right has no loss; the mean logit is the total correlation', () => {
  const sure = reshape(constant([40, 60], [2]), [2, 1]);
  const otherWay = reshape(constant([-40, -60], [2]), [2, 1]);
  const [right, wrong, correlation] = evaluate(
    [discriminatorLoss(sure, otherWay), discriminatorLoss(otherWay, sure), totalCorrelation(sure)],
    new Map(),
  ).map(({ data }) => Number(data[0]));
  expect(right).toBeCloseTo(0, 6);
  expect(wrong).toBeCloseTo(50, 4);
  expect(correlation).toBe(50);
});

it('has 6 hidden layers of 1000 units by default, as published', () => {
  const weights = leavesOf<ParamSpec>(createDiscriminator(10).params).filter(({ path }) => path.endsWith('weight'));
  expect(weights.map(({ value }) => value.shape)).toEqual([[10, 1000], ...Array(5).fill([1000, 1000]), [1000, 1]]);
});

it('needs a hidden layer', () => {
  expect(() => createDiscriminator(10, { layers: 0 })).toThrow(
    "dynamic-vae: the discriminator's layers is 0; an integer of at least 1 is needed",
  );
});
