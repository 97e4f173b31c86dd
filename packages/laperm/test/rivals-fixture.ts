import { readFileSync } from 'node:fs';

interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** A run in which scores choose weights; lists are flat, parameter after parameter. */
export interface ScoredRun {
  readonly keep: number;
  readonly ranking: 'magnitude' | 'value';
  readonly learningRate: number;
  readonly l2: number;
  readonly weights: readonly number[];
  readonly scores: readonly number[];
  readonly losses: readonly number[];
  readonly masks: readonly number[];
  readonly finalScores: readonly number[];
  readonly finalWeights: readonly number[];
}

/** What PyTorch computed in float64: `python/fixtures/laperm_rivals.py`. */
interface RivalsFixture {
  readonly x: Values;
  readonly labels: Values;
  readonly edgePopup: readonly ScoredRun[];
  readonly iteRand: ScoredRun & { readonly period: number; readonly draws: readonly (readonly number[])[] };
  /** Running means and variances by iteration, layer and feature. */
  readonly hiddenFold: ScoredRun & {
    readonly means: readonly (readonly (readonly number[])[])[];
    readonly variances: readonly (readonly (readonly number[])[])[];
  };
  readonly signed: {
    readonly weights: readonly number[];
    readonly period: number;
    readonly learningRate: number;
    readonly losses: readonly number[];
    readonly atWork: readonly number[];
    readonly settled: readonly number[];
  };
}

export const rivals = JSON.parse(
  readFileSync(new URL('./fixtures/rivals.json', import.meta.url), 'utf8'),
) as RivalsFixture;

/** The batch that all runs train on. */
export const rivalsData = {
  x: { data: Float32Array.from(rivals.x.data), rows: rivals.x.shape[0]!, cols: rivals.x.shape[1]! },
  y: Int32Array.from(rivals.labels.data),
};
