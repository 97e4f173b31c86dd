import { readFileSync } from 'node:fs';
import { createMatrix } from '@unbraid/data';
import { describe, expect, test } from 'vitest';
import type { Factors } from '../src/metrics/codes.ts';
import { infoMec } from '../src/metrics/info-mec.ts';
import { nearestInformation } from '../src/metrics/nearest-information.ts';
import { distance } from './disentanglement-fixture.ts';

interface Tensor {
  readonly shape: readonly [number, number];
  readonly data: readonly number[];
}

/** What scikit-learn and SciPy computed; `about` in the file says how. */
const python = JSON.parse(readFileSync(new URL('./fixtures/discrete-latents.json', import.meta.url), 'utf8')) as {
  readonly codes: Tensor;
  readonly factors: readonly number[];
  readonly sizes: readonly number[];
  readonly infoMec: {
    readonly modularity: number;
    readonly compactness: number;
    readonly explicitness: number;
    readonly normalized: readonly number[];
    readonly active: readonly boolean[];
  };
  readonly mixed: Tensor;
  readonly tied: readonly number[];
};

const matrixOf = ({ shape, data }: Tensor) => createMatrix(...shape, Float32Array.from(data));
const factors: Factors = { values: python.factors, sizes: python.sizes };

/** Every pair of 10 and 7 values, 30 images each: a code of the factors i mod 5 and of the 7. */
const grid = Array.from({ length: 2100 }, (_, i) => [i % 10, Math.floor(i / 10) % 7] as const);
const gridCodes = createMatrix(grid.length, 2, Float32Array.from(grid.flat()));
const gridFactors: Factors = { values: grid.flatMap(([a, b]) => [a % 5, b]), sizes: [5, 7] };

describe('InfoMEC of latents of few values', () => {
  test('is that of scikit-learn’s counts and of regressions on indicators', () => {
    const measured = infoMec(matrixOf(python.codes), factors);
    expect(measured.discrete).toBe(true);
    expect(measured.modularity).toBeCloseTo(python.infoMec.modularity, 9);
    expect(measured.compactness).toBeCloseTo(python.infoMec.compactness, 9);
    expect(measured.explicitness).toBeCloseTo(python.infoMec.explicitness, 4);
    expect(distance(measured.normalized, python.infoMec.normalized)).toBeLessThan(1e-9);
    expect(measured.active).toEqual(python.infoMec.active);
  });

  test('of a perfect code is 1', () => {
    const { modularity, explicitness, compactness, normalized } = infoMec(gridCodes, gridFactors);
    expect(distance(normalized, [1, 0, 0, 1])).toBeLessThan(1e-9);
    expect([modularity, compactness]).toEqual([expect.closeTo(1, 9), expect.closeTo(1, 9)]);
    expect(explicitness).toBeGreaterThan(0.99);
  });

  test('refuses codes of which no latent varies', () => {
    for (const discrete of [true, false]) {
      expect(() => infoMec(createMatrix(grid.length, 2), gridFactors, { discrete })).toThrow('no latent varies');
    }
  });
});

test('latents of too many values are refused where they are said to be discrete', () => {
  const wide = createMatrix(
    20_000,
    1,
    Float32Array.from({ length: 20_000 }, (_, i) => i),
  );
  const half: Factors = { values: Array.from({ length: 20_000 }, (_, i) => i % 2), sizes: [2] };
  expect(() => infoMec(wide, half, { discrete: true })).toThrow('need 400000000 indicators');
});

describe('information by nearest neighbours', () => {
  test('of latents that tie is that of the distances to all images', () => {
    const { information } = nearestInformation(matrixOf(python.mixed), factors);
    expect(distance(information, python.tied)).toBeLessThan(1e-9);
  });

  test('of a latent of few values is that of their counts, ψ in place of the logarithm', () => {
    const { information, entropies } = nearestInformation(gridCodes, gridFactors);
    const own = [information[0]!, information[3]!].map((value, k) => value / entropies[k]!);
    expect(distance(own, [1, 1])).toBeLessThan(5e-3);
    expect(distance([information[1]!, information[2]!], [0, 0])).toBeLessThan(2e-2);
  });
});
