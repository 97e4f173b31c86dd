import { constant, evaluate, reshape, type Tensor } from '@unbraid/graph';
import { expect, it } from 'vitest';
import { drawCode, klOfLatents } from './losses.ts';

const rows = (values: readonly (readonly number[])[]): Tensor =>
  reshape(constant(values.flat(), [values.flat().length]), [values.length, values[0]!.length]);

const numbersOf = (tensor: Tensor) => [...evaluate([tensor], new Map())[0]!.data].map(Number);

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
