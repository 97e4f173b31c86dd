import { readFileSync } from 'node:fs';
import { createMatrix } from '@unbraid/data';
import { describe, expect, test } from 'vitest';
import { matrix, relativeError, type Stored } from '../../test/fixture.ts';
import { kMeans } from './k-means.ts';

/** What scikit-learn computed: `python/fixtures/galu_inputs.py`. */
const { clusters } = JSON.parse(
  readFileSync(new URL('../../test/fixtures/galu-inputs.json', import.meta.url), 'utf8'),
) as {
  readonly clusters: Readonly<Record<'points' | 'init' | 'centres', Stored>> & {
    readonly labels: readonly number[];
    readonly inertia: number;
    readonly seeds: readonly number[];
  };
};

const points = matrix(clusters.points);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('k-means', () => {
  test('ends where that of scikit-learn does from the same centres', () => {
    const found = kMeans(points, { clusters: 9, centres: matrix(clusters.init) });
    expect(relativeError(found.centres.data, clusters.centres.data)).toBeLessThan(1e-6);
    expect([...found.nearest]).toEqual(clusters.labels);
    expect(found.inertia / clusters.inertia).toBeCloseTo(1, 6);
  });

  test('begins as well as that of scikit-learn, over 20 seeds', () => {
    const inertias = Array.from({ length: 20 }, (_, seed) => kMeans(points, { clusters: 9, seed }).inertia);
    expect(mean(inertias)).toBeLessThan(1.02 * mean(clusters.seeds));
    expect(Math.min(...inertias)).toBeLessThan(1.01 * Math.min(...clusters.seeds));
  });

  test('gives a centre that lost its rows another', () => {
    const line = createMatrix(4, 1, Float32Array.of(0, 1, 10, 11));
    const far = createMatrix(3, 1, Float32Array.of(0.5, 10.5, 1e6));
    const { nearest, inertia } = kMeans(line, { clusters: 3, centres: far });
    expect(new Set(nearest).size).toBe(3);
    expect(inertia).toBeCloseTo(0.5, 6);
  });

  test('refuses more clusters than different rows, and ends when it is told to', () => {
    const equal = createMatrix(5, 2, new Float32Array(10).fill(3));
    expect(() => kMeans(equal, { clusters: 2 })).toThrow(/2 clusters, and the 5 rows have 1 different values/);
    expect(() => kMeans(points, { clusters: 3, centres: matrix(clusters.init) })).toThrow(
      /are 9 × 4; 3 × 4 are needed/,
    );
    const signal = AbortSignal.abort(new Error('enough'));
    expect(() => kMeans(points, { clusters: 9, signal })).toThrow('enough');
  });
});
