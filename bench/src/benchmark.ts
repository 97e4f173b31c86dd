import type { Choice } from './choice.ts';
import type { Row } from './row.ts';

/** A benchmark of `npm run bench -- NAME`. */
export interface Benchmark {
  readonly name: string;
  readonly about: string;
  run(options: BenchmarkOptions): Promise<Row[]>;
  /** The rows of the whole, of parts that were measured one by one; where they can be. */
  together?(parts: readonly (readonly Row[])[]): Row[];
}

export interface BenchmarkOptions {
  /** Alternating runs of either side. */
  readonly runs: number;
  /** A folder for files that the sides share; removed in the end. */
  readonly folder: string;
  /** The rows to measure. */
  readonly choice: Choice;
}
