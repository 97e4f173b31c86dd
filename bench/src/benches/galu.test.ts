import { describe, expect, it } from 'vitest';
import { checkError } from './galu.ts';

// One neuron, always on, over one input of 1: N(x) = w.
const one = Float32Array.of(1);
const data = { samples: 1, dimension: 1, gates: 1, x: one, y: one, u: one, alpha: one };
const problem = { data, network: 'GaLU' } as const;
const ranWith = (weights?: number[]) => ({ milliseconds: 1, peakBytes: 1, ...(weights ? { weights } : {}) });

describe('a run', () => {
  it('is accepted where its weights reach the error', () => {
    expect(() => checkError(ranWith([1.009]), 'a peer', problem)).not.toThrow();
  });

  it('is an error where its weights miss it', () => {
    expect(() => checkError(ranWith([1.02]), 'a peer', problem)).toThrow(
      /a peer stopped at a training error of 0\.0004/,
    );
  });

  it('is an error where it returns no weights, or too few, or none that are numbers', () => {
    expect(() => checkError(ranWith(), 'a peer', problem)).toThrow(/returned no weights, the network has 1/);
    expect(() => checkError(ranWith([]), 'a peer', problem)).toThrow(/returned 0 weights/);
    expect(() => checkError(ranWith([Number.NaN]), 'a peer', problem)).toThrow(/stopped at/);
  });
});
