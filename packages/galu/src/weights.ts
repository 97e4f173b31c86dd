import { checkFiniteValues } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import type { InputMap } from './inputs.ts';
import type { Loss } from './targets.ts';

/** What outputs follow from. With an offset gates and weights have a column more than rows, that of the constant. */
export interface Weights extends InputMap {
  /** U, k × d; of several members one below the other, as are W and A */
  readonly gates: Matrix;
  /** W, k × d */
  readonly weights: Matrix;
  /** A, k × c */
  readonly a: Matrix;
  /** b, c for each member; zeros where it is left out */
  readonly intercept?: Float32Array;
  /** Networks that are averaged; 1 by default. */
  readonly members?: number;
  /** By which they are averaged: see `averaged`. */
  readonly loss?: Loss;
}

/** @throws {InputError} for a network with NaN or infinite entries, naming the array */
export function checkWeights(name: string, network: Weights, advice: string): void {
  const { gates, weights, a, intercept, scaling } = network;
  for (const [part, data] of [
    ['gates', gates.data],
    ['weights', weights.data],
    ['a', a.data],
    ['intercept', intercept ?? []],
    ['mean', scaling?.mean ?? []],
    ['scale', scaling?.scale ?? []],
  ] as const) {
    checkFiniteValues(`${name}: ${part}`, data, advice);
  }
}
