import type { Row } from './row.ts';

/** A benchmark of `npm run bench -- NAME`. */
export interface Benchmark {
  readonly name: string;
  readonly about: string;
  /** Parts of it that can be run alone, by name. */
  readonly parts?: readonly string[];
  run(options: BenchmarkOptions): Promise<Row[]>;
}

export interface BenchmarkOptions {
  /** Alternating runs of either side. */
  readonly runs: number;
  /** A folder for files that the sides share; removed in the end. */
  readonly folder: string;
  /** The one part to run; all of them where it is left out. */
  readonly only?: string | undefined;
}
