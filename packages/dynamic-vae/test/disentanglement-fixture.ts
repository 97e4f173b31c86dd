import { readFileSync } from 'node:fs';
import { createMatrix, type Matrix } from '@unbraid/data';
import type { Codes, Factors } from '../src/metrics/codes.ts';

interface Tensor {
  readonly shape: readonly [number, number];
  readonly data: readonly number[];
}

interface OverSeeds {
  readonly mean: number;
  readonly deviation: number;
}

interface Ranking {
  readonly pairs: readonly number[];
  readonly scores: readonly number[];
}

/** What scikit-learn, SciPy and NumPy computed; `about` in the file says how. */
interface Fixture {
  readonly codes: Tensor;
  readonly factors: readonly number[];
  readonly sizes: readonly number[];
  readonly trainRows: number;
  readonly histogram: readonly number[];
  readonly modularity: number;
  readonly nearest: readonly number[];
  readonly infoMec: {
    readonly modularity: number;
    readonly compactness: number;
    readonly explicitness: number;
    readonly active: readonly boolean[];
  };
  readonly factorVae: OverSeeds;
  readonly betaVae: OverSeeds;
  readonly sap: {
    readonly scores: readonly number[];
    readonly sap: number;
    readonly ordered: readonly number[];
    readonly orderedSap: number;
  };
  readonly boosting: readonly {
    readonly importance: readonly number[];
    readonly said: readonly number[];
    readonly regressionImportance: readonly number[];
    readonly regression: Tensor;
  }[];
  readonly forest: readonly {
    readonly importance: readonly number[];
    readonly losses: readonly number[];
    readonly regressionImportance: readonly number[];
    readonly regressionLosses: readonly number[];
  }[];
  readonly dci: {
    readonly disentanglement: number;
    readonly completeness: number;
    readonly latents: readonly number[];
  };
  readonly explicitness: {
    readonly capacities: readonly number[];
    readonly losses: readonly number[];
    readonly baseline: number;
    readonly value: number;
  };
  readonly udr: {
    readonly models: readonly { readonly mean: Tensor; readonly logVariance: Tensor }[];
    readonly lasso: Ranking;
    readonly spearman: Ranking;
  };
}

export const python = JSON.parse(
  readFileSync(new URL('./fixtures/disentanglement.json', import.meta.url), 'utf8'),
) as Fixture;

const matrixOf = ({ shape, data }: Tensor): Matrix => createMatrix(...shape, Float32Array.from(data));

/** The codes that Python measured: 360 rows, 5 latents of which one is hardly used. */
export const measuredCodes: Matrix = matrixOf(python.codes);

/** Their three factors. */
export const measuredFactors: Factors = { values: python.factors, sizes: python.sizes };

/** The rows that Python learnt from, and those that it tested. */
export const measuredSplit = {
  train: Int32Array.from({ length: python.trainRows }, (_, i) => i),
  test: Int32Array.from({ length: measuredCodes.rows - python.trainRows }, (_, i) => python.trainRows + i),
};

/** The codes of three models for the same images. */
export const rankedModels: Codes[] = python.udr.models.map(({ mean, logVariance }) => ({
  mean: matrixOf(mean),
  logVariance: matrixOf(logVariance),
}));

/** The largest difference of two lists of one length. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)));
}
