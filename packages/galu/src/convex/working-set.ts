import type { Passed, Passes } from './passes.ts';

/** The gates that are worked on; all others' weights are 0. */
export interface WorkingSet {
  /** In double precision. */
  readonly passes: Passes;
  /** Of its places, as many as are taken. */
  readonly gates: readonly number[];
  /** Passes of some of the gates in single precision, which is enough for the system of a step. */
  readonly roughly: (gates: readonly number[]) => Promise<Passes>;
  /** About the diagonal of Xᵀ D_j X / n of a gate, d. */
  readonly squaresOf: (gate: number) => Float64Array;
  /** Y, n numbers for each output. */
  readonly targets: Float64Array;
  /** n */
  readonly rows: number;
  /** λ */
  readonly penalty: number;
  /** What ΦᵀΦ/n curves along any direction that was met, at most. */
  curvature: number;
  /** Of Newton's steps, as a share of what preconditions them. */
  damping: number;
}

/** Weights, and what they come to. */
export interface Point extends Passed {
  readonly weights: Float64Array;
}

/** What weights of the working set come to. */
export const pointAt = async ({ passes, targets }: WorkingSet, weights: Float64Array): Promise<Point> => ({
  weights,
  ...(await passes.run(weights, targets)),
});
