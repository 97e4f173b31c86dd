import { createRandom, csrFromEntries } from '@unbraid/kernels';
import { describe, expect, it } from 'vitest';
import { withFeatureNoise } from './feature-noise.ts';

describe('withFeatureNoise', () => {
  const rows = 5000;
  const data = Float32Array.from({ length: 3 * rows }, (_, at) => [at % 2 ? 2 : -2, 7, at % 4 ? 0 : 1][at % 3]!);
  const noisy = withFeatureNoise({ data, rows, cols: 3 }, 0.5, createRandom(2));
  const column = (values: Float32Array, col: number) => values.filter((_, at) => at % 3 === col);
  const spread = (values: Float32Array) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  };

  it('adds noise in standard deviations of each column, and none to a constant one', () => {
    for (const col of [0, 2]) {
      const noise = column(noisy.data, col).map((value, row) => value - column(data, col)[row]!);
      expect(spread(noise) / (0.5 * spread(column(data, col)))).toBeCloseTo(1, 1);
    }
    expect(new Set(column(noisy.data, 1))).toEqual(new Set([7]));
  });

  it('leaves features as they are at level 0, sparse ones dense', () => {
    const sparse = csrFromEntries(3, 2, { rows: [0, 2], columns: [1, 0], values: [4, 5] });
    expect([...withFeatureNoise(sparse, 0, createRandom(1)).data]).toEqual([0, 4, 0, 0, 5, 0]);
  });

  it('refuses a level that is none and sparse features that would be too large', () => {
    expect(() => withFeatureNoise({ data, rows, cols: 3 }, -1, createRandom(1))).toThrow("withFeatureNoise's level is");
    const large = csrFromEntries(100_000, 100_000, { rows: [0], columns: [0] });
    expect(() => withFeatureNoise(large, 1, createRandom(1))).toThrow('up to 268435456 are made');
  });
});
