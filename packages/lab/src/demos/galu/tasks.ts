import type { Point } from './points.ts';

/** Pixels of the fields, along each side. */
export const FIELD = 96;

/** Weights of a neuron in the plane: two, and one for the constant. */
export const DIMENSION = 3;

/** Points that needn't be drawn by hand. */
export interface Example {
  readonly example: 'random' | 'xor' | 'spirals';
  readonly count: number;
  readonly seed: number;
}

export interface Problem {
  readonly points: readonly Point[];
  readonly neurons: number;
  readonly seed: number;
}

/** A trained network as it is shown. */
export interface Fit {
  /** Mean squared error on the points. */
  readonly error: number;
  /** The sign of each output that is wrong. */
  readonly wrong: readonly boolean[];
  /** The function over the square, FIELD × FIELD, the first row at the top, y = 1. */
  readonly field: Float32Array;
}

export interface GaluFit extends Fit {
  /** Half-planes a x + b y + c ≥ 0 in which a neuron is on. */
  readonly gates: readonly (readonly [a: number, b: number, c: number])[];
}

/** Training error by size. */
export interface Sweep {
  /** k·d / m */
  readonly ratio: readonly number[];
  readonly neurons: readonly number[];
  readonly error: readonly number[];
}

export type GaluTasks = {
  readonly example: { readonly input: Example; readonly progress: never; readonly result: Point[] };
  readonly galu: { readonly input: Problem; readonly progress: never; readonly result: GaluFit };
  readonly relu: {
    readonly input: Problem;
    readonly progress: { readonly step: number; readonly steps: number };
    readonly result: Fit;
  };
  readonly sweep: {
    readonly input: Omit<Problem, 'neurons'>;
    readonly progress: never;
    readonly result: Sweep;
  };
  readonly wide: { readonly input: { readonly seed: number }; readonly progress: never; readonly result: Sweep };
};
