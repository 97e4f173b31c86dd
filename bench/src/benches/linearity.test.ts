import { describe, expect, it } from 'vitest';
import { checkKernel, checkNorm } from './linearity.ts';

const ranWith = (weights?: number[]) => ({ milliseconds: 1, peakBytes: 1, ...(weights ? { weights } : {}) });

describe('a run of the kernel', () => {
  it('is accepted within rounding of the reference', () => {
    expect(() => checkKernel(ranWith([1, 2.00001]), 'a peer', [1, 2])).not.toThrow();
  });

  it('is an error where it is further off, or not as long', () => {
    expect(() => checkKernel(ranWith([1, 2.001]), 'a peer', [1, 2])).toThrow(/kernel of a peer differs/);
    expect(() => checkKernel(ranWith([1]), 'a peer', [1, 2])).toThrow(/by Infinity/);
    expect(() => checkKernel(ranWith(), 'a peer', [1, 2])).toThrow(/by Infinity/);
  });
});

describe('a run of the Hessian', () => {
  it('is an error where the norms differ', () => {
    expect(() => checkNorm(ranWith([0.0995]), 'a peer', 0.1)).not.toThrow();
    expect(() => checkNorm(ranWith([0.09]), 'a peer', 0.1)).toThrow('a peer found ‖H‖ = 0.09, we found 0.1');
  });
});
