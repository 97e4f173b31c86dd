import { describe, expect, it } from 'vitest';
import { checkLosses } from './graph.ts';

const sideWith = (...losses: number[]) => ({ version: 'a peer', losses });
const peer = { name: 'a peer' };
const losses = [3.1, 2.9, 2.5, 2.4, 0.5];

describe('the losses of two sides', () => {
  it('agree up to rounding', () => {
    expect(() => checkLosses(sideWith(...losses), sideWith(...losses.map((loss) => loss + 1e-5)), peer)).not.toThrow();
  });

  it('that part at one step are an error that shows both', () => {
    const theirs = sideWith(3.1, 2.9, 2.5, 2.5, 0.5);
    expect(() => checkLosses(sideWith(...losses), theirs, peer)).toThrow(/ours 3\.1.*a peer 3\.1, 2\.9, 2\.5, 2\.5/);
  });

  it('may be further apart where it is said', () => {
    const theirs = sideWith(3.1, 2.9, 2.5, 2.4, 0.5005);
    expect(() => checkLosses(sideWith(...losses), theirs, peer)).toThrow(/differ/);
    expect(() => checkLosses(sideWith(...losses), theirs, peer, 1e-3)).not.toThrow();
    expect(() => checkLosses(sideWith(...losses), sideWith(3.1, 2.9, 2.5, 2.4, 0.502), peer, 1e-3)).toThrow(/differ/);
  });

  it('that are missing or not numbers are an error', () => {
    expect(() => checkLosses(sideWith(...losses), sideWith(3.1), peer)).toThrow(/differ/);
    const nan = sideWith(3.1, 2.9, 2.5, 2.4, Number.NaN);
    expect(() => checkLosses(nan, nan, peer)).toThrow(/differ/);
  });
});
