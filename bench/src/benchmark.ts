import type { Choice } from './choice.ts';
import type { Row } from './row.ts';

/** A benchmark of `npm run bench -- NAME`. */
export interface Benchmark {
  readonly name: string;
  readonly about: string;
  run(options: BenchmarkOptions): Promise<Row[]>;
}

export interface BenchmarkOptions {
  /** Alternating runs of either side. */
  readonly runs: number;
  /** A folder for files that the sides share; removed in the end. */
  readonly folder: string;
  /** The rows to measure. */
  readonly choice: Choice;
}
