import { dot } from '../vectors.ts';
import type { Shape } from './passes.ts';

// Weights of several gates and outputs, as `Shape` says: those of a gate are in as many places as there are outputs.

/** Where the weights of a gate for an output begin. */
export const startOf = ({ gates, columns }: Shape, output: number, gate: number): number =>
  (output * gates + gate) * columns;

/** How many numbers there are. */
export const sizeOf = ({ outputs, gates, columns }: Shape): number => outputs * gates * columns;

/** aᵀb of each gate's parts, over all outputs. */
export function productsOf(shape: Shape, a: Float64Array, b: Float64Array): Float64Array {
  const products = new Float64Array(shape.gates);
  for (let o = 0; o < shape.outputs; o++)
    for (let j = 0; j < shape.gates; j++) {
      let sum = 0;
      for (let start = startOf(shape, o, j), at = start; at < start + shape.columns; at++) sum += a[at]! * b[at]!;
      products[j]! += sum;
    }
  return products;
}

/** The length of each gate's part, over all outputs. */
export const lengthsOf = (shape: Shape, v: Float64Array): Float64Array => productsOf(shape, v, v).map(Math.sqrt);

/** out += factors_j · v_j of each gate. */
export function addByGate(shape: Shape, factors: Float64Array, v: Float64Array, out: Float64Array): void {
  for (let o = 0; o < shape.outputs; o++)
    for (let j = 0; j < shape.gates; j++) {
      const factor = factors[j]!;
      if (factor === 0) continue;
      for (let start = startOf(shape, o, j), at = start; at < start + shape.columns; at++) out[at]! += factor * v[at]!;
    }
}

/** Copies a gate's part to where weights of another shape have that of gate `at`. */
export function copyGates(
  from: Shape,
  weights: Float64Array,
  gate: number,
  to: Shape,
  out: Float64Array,
  at: number,
): void {
  for (let o = 0; o < from.outputs; o++) {
    const start = startOf(from, o, gate);
    out.set(weights.subarray(start, start + from.columns), startOf(to, o, at));
  }
}

/** (1/2n) ‖r‖² + λ Σ_j ‖w_j‖ */
export const objectiveOf = (residual: Float64Array, rows: number, penalty: number, lengths: Float64Array): number =>
  dot(residual, residual) / (2 * rows) + penalty * lengths.reduce((sum, length) => sum + length, 0);
