/** A ReLU neuron of the convex program: its gate, the sign of its output, its cone, and its weights, which lie inside. */
export interface ConeNeuron {
  readonly gate: number;
  readonly sign: 1 | -1;
  /** M_j = (2 D_j − I) X, as `coneOf` gives it. */
  readonly cone: Float64Array;
  /** d. */
  readonly v: Float64Array;
  /** Slacks > 0 of the rows of the cone, which become M_j v. */
  readonly s: Float64Array;
  /** Its dual, d, ‖q‖ < 1. */
  readonly q: Float64Array;
  /** What holds v inside: a multiplier > 0 for each row of the cone. */
  readonly z: Float64Array;
  /** Where a step keeps what it needs of each row, so that none is made anew for each neuron and step. */
  readonly room: Readonly<Record<'missed' | 'weights' | 'moved' | 'pulled', Float64Array>>;
}

/** Room for the rows of a cone. */
export const roomFor = (rows: number): ConeNeuron['room'] => ({
  missed: new Float64Array(rows),
  weights: new Float64Array(rows),
  moved: new Float64Array(rows),
  pulled: new Float64Array(rows),
});
