import { constant, evaluate, reshape, type Tensor, valueAndGrad } from '@unbraid/graph';
import { expect, it } from 'vitest';
import { drawCode, klOfLatents, reconstructionLoss } from './losses.ts';

const rows = (values: readonly (readonly number[])[]): Tensor =>
  reshape(constant(values.flat(), [values.flat().length]), [values.length, values[0]!.length]);

const numbersOf = (tensor: Tensor) => [...evaluate([tensor], new Map())[0]!.data].map(Number);

it('a Bernoulli likelihood sums over pixels, averages over rows, and is finite for any logits', () => {
  const x = rows([
    [1, 0],
    [1, 0.25],
  ]);
  const logits = rows([
    [1000, -1000],
    [-1000, 0],
  ]);
  const { value, grad } = valueAndGrad((outputs: Tensor) =>
    reconstructionLoss({ likelihood: 'bernoulli' }, outputs, x),
  )(logits);
  expect(numbersOf(value)[0]).toBeCloseTo((1000 + Math.log(2)) / 2, 4);
  expect(numbersOf(grad)).toEqual([0, 0, -0.5, 0.125]);
});

it('a Gaussian likelihood is half the squared distance of the means, which are sigmoids, over the variance', () => {
  const x = rows([
    [1, 0],
    [0.5, 0.5],
  ]);
  const outputs = rows([
    [0, 0],
    [0, 50],
  ]);
  const loss = (variance?: number) =>
    numbersOf(reconstructionLoss({ likelihood: 'gaussian', ...(variance && { variance }) }, outputs, x))[0];
  expect(loss()).toBeCloseTo((0.25 + 0.25 + 0.25) / 4, 6);
  // The sum of squares, as the authors of DynamicVAE have it.
  expect(loss(0.5)).toBeCloseTo((0.25 + 0.25 + 0.25) / 2, 6);
});

it('the KL divergence is 0 for the prior, and that of the formula elsewhere', () => {
  const posterior = { mean: rows([[0, 2, 0]]), logVariance: rows([[0, 0, Math.log(4)]]) };
  const [prior, shifted, wide] = numbersOf(klOfLatents(posterior));
  expect(prior).toBe(0);
  expect(shifted).toBeCloseTo(2, 6);
  expect(wide).toBeCloseTo((4 - 1 - Math.log(4)) / 2, 6);
});

it('a drawn code is the mean plus the noise times the deviation', () => {
  const code = drawCode({ mean: rows([[1, -1]]), logVariance: rows([[0, Math.log(9)]]) }, rows([[0.5, -2]]));
  const [first, second] = numbersOf(code);
  expect(first).toBeCloseTo(1.5, 6);
  expect(second).toBeCloseTo(-7, 5);
});
