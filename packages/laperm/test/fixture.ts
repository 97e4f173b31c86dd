import { readFileSync } from 'node:fs';

interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** What PyTorch computed in float64: `python/fixtures/laperm.py`. */
interface LapermFixture {
  readonly x: Values;
  readonly labels: Values;
  /** Of W0, b0, W1 and b1. */
  readonly shapes: readonly (readonly number[])[];
  readonly runs: readonly {
    readonly initial: readonly number[];
    readonly learningRate: number;
    /** For each step, which is an epoch. */
    readonly periods: readonly number[];
    readonly losses: readonly number[];
    readonly atWork: readonly number[];
    readonly settled: readonly number[];
  }[];
}

export const fixture = JSON.parse(
  readFileSync(new URL('./fixtures/laperm.json', import.meta.url), 'utf8'),
) as LapermFixture;
