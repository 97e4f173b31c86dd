import { constant, evaluate, reshape, type Tensor, valueAndGrad } from '@unbraid/graph';
import { describe, expect, it } from 'vitest';
import { bernoulli } from './bernoulli.ts';
import { gaussian } from './gaussian.ts';
import type { Likelihood } from './likelihood.ts';
import { likelihoodOf } from './likelihood-of.ts';

const rows = (values: readonly (readonly number[])[]): Tensor =>
  reshape(constant(values.flat(), [values.flat().length]), [values.length, values[0]!.length]);

const numbersOf = (tensor: Tensor) => [...evaluate([tensor], new Map())[0]!.data].map(Number);

describe('a Bernoulli likelihood', () => {
  it('sums over pixels, averages over rows, and is finite for any logits', () => {
    const x = rows([
      [1, 0],
      [1, 0.25],
    ]);
    const logits = rows([
      [1000, -1000],
      [-1000, 0],
    ]);
    const { loss, perRow } = bernoulli(2);
    const { value, grad } = valueAndGrad((outputs: Tensor) => loss({}, outputs, x))(logits);
    expect(numbersOf(value)[0]).toBeCloseTo((1000 + Math.log(2)) / 2, 4);
    expect(numbersOf(grad)).toEqual([0, 0, -0.5, 0.125]);
    const [first, second] = numbersOf(perRow({}, logits, x));
    expect(first).toBe(0);
    expect(second).toBeCloseTo(1000 + Math.log(2), 4);
  });
});

describe('a Gaussian likelihood', () => {
  const x = rows([
    [1, 0],
    [0.5, 0.5],
  ]);
  const outputs = rows([
    [0, 0],
    [0, 50],
  ]);
  const lossOf = ({ loss }: Likelihood, params = {}) => numbersOf(loss(params, outputs, x))[0]!;

  it('is half the squared distance of the means, which are sigmoids, over the variance', () => {
    expect(lossOf(gaussian(2, 1, 'sigmoid'))).toBeCloseTo((0.25 + 0.25 + 0.25) / 4, 6);
    // The sum of squares, as the authors of DynamicVAE have it.
    expect(lossOf(gaussian(2, 0.5, 'sigmoid'))).toBeCloseTo((0.25 + 0.25 + 0.25) / 2, 6);
    const form = { channels: 1, height: 1, width: 2 };
    expect(lossOf(likelihoodOf(form, 2, 'squares').likelihood)).toBe(lossOf(gaussian(2, 0.5, 'sigmoid')));
  });

  it('with an optimal σ is the least over all of them, but for what the least σ adds', () => {
    const optimal = lossOf(gaussian(2, 'optimal', 'sigmoid'));
    const fixed = (logSigma: number) => lossOf(gaussian(2, 'learnt', 'sigmoid'), { logSigma: constant(logSigma) });
    const grid = Array.from({ length: 61 }, (_, i) => fixed(-3 + i / 20));
    expect(Math.min(...grid)).toBeGreaterThan(optimal - 1e-3);
    expect(Math.min(...grid)).toBeLessThan(optimal + 2e-3);
  });

  it('with an optimal σ is the same for a set, from the mean of its rows', () => {
    const likelihood = gaussian(2, 'optimal', 'sigmoid');
    const squares = numbersOf(likelihood.perRow({}, outputs, x));
    expect(likelihood.total!((squares[0]! + squares[1]!) / 2)).toBeCloseTo(lossOf(likelihood), 5);
  });

  it('with an optimal σ stays finite where everything is met, with its gradient', () => {
    const exact = (means: Tensor) => gaussian(2, 'optimal', 'identity').loss({}, means, x);
    const { value, grad } = valueAndGrad(exact)(x);
    expect(numbersOf(value)[0]).toBeCloseTo(2 * (-6 + Math.log(2 * Math.PI) / 2), 2);
    expect(numbersOf(grad).every((entry) => entry === 0)).toBe(true);
  });
});
