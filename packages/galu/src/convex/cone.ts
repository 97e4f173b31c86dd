import { addScaled, dot, norm } from '../vectors.ts';
import type { GatedFeatures } from './gated-features.ts';

/**
 * K_j, the weights with which a ReLU neuron is open at the rows of gate j and nowhere else: {w : (2 D_j − I) X w ≥ 0}.
 * @returns (2 D_j − I) X without its rows of zeros, m × d
 */
export function coneOf(f: GatedFeatures, j: number): Float64Array {
  const d = f.columns;
  const signs = new Int8Array(f.rows).fill(-1);
  for (const i of f.open[j]!) signs[i] = 1;
  const rows: number[] = [];
  for (let i = 0; i < f.rows; i++) if (f.x.subarray(i * d, (i + 1) * d).some((value) => value !== 0)) rows.push(i);
  const cone = new Float64Array(rows.length * d);
  rows.forEach((i, at) => {
    for (let t = 0; t < d; t++) cone[at * d + t] = signs[i]! * f.x[i * d + t]!;
  });
  return cone;
}

/** M w. @param result what it is written to, by default new */
export function timesCone(
  cone: Float64Array,
  w: Float64Array,
  result: Float64Array = new Float64Array(cone.length / w.length),
): Float64Array {
  const d = w.length;
  for (let i = 0; i < result.length; i++) {
    let sum = 0;
    for (let t = 0; t < d; t++) sum += cone[i * d + t]! * w[t]!;
    result[i] = sum;
  }
  return result;
}

/** How near a row's slack may come to 0 before it counts as one that pulls, as a share of ‖m_i‖ ‖c‖. */
const SLACK = 1e-10;

/**
 * ‖P_K(c)‖ for K = {w : M w ≥ 0}: how much a neuron of that cone can say along c. It is min_{z ≥ 0} ‖c + Mᵀz‖, by the active set method of Lawson and Hanson (1974,
 * Chapter 23); wherever that ends, what it returns is an upper bound, since every z ≥ 0 gives one.
 * @param enough a bound that is no more than this ends it
 */
export function lengthInCone(cone: Float64Array, c: Float64Array, enough = 0): number {
  const d = c.length;
  const active: number[] = [];
  let z: Float64Array = new Float64Array(0);
  let projected: Float64Array = c.slice();
  const size = norm(c);
  const lengths = Float64Array.from({ length: cone.length / d }, (_, i) => norm(rowOf(cone, i, d)));
  for (let step = 0; step < 3 * d && norm(projected) > enough; step++) {
    const worst = mostViolated(timesCone(cone, projected), lengths, active);
    if (worst.value >= -SLACK * size) break;
    active.push(worst.row);
    z = solveActive(cone, c, active, [...z, 0]);
    const next = combine(cone, c, active, z);
    if (!(norm(next) < norm(projected))) break;
    projected = next;
  }
  return norm(projected);
}

const rowOf = (cone: Float64Array, i: number, d: number): Float64Array => cone.subarray(i * d, (i + 1) * d);

function mostViolated(slack: Float64Array, lengths: Float64Array, active: readonly number[]) {
  let [row, value] = [-1, 0];
  for (let i = 0; i < slack.length; i++)
    if (slack[i]! / lengths[i]! < value && !active.includes(i)) [row, value] = [i, slack[i]! / lengths[i]!];
  return { row, value };
}

/** z ≥ 0 of the active rows that makes ‖c + Mᵀz‖ least; rows whose z would be negative leave `active`. */
function solveActive(cone: Float64Array, c: Float64Array, active: number[], from: number[]): Float64Array {
  let z = Float64Array.from(from);
  for (;;) {
    const wanted = leastSquares(cone, c, active);
    if (wanted.every((value) => value > 0)) return wanted;
    // As far towards it as all stay at least 0; what arrives at 0 leaves.
    let share = 1;
    wanted.forEach((value, at) => {
      if (value <= 0 && z[at]! - value > 0) share = Math.min(share, z[at]! / (z[at]! - value));
    });
    const moved = z.map((value, at) => value + share * (wanted[at]! - value));
    const stay = [...moved.keys()].filter((at) => moved[at]! > 1e-14 || wanted[at]! > 0);
    if (stay.length === active.length) return moved.map((value) => Math.max(0, value));
    const rows = stay.map((at) => active[at]!);
    active.splice(0, active.length, ...rows);
    z = Float64Array.from(stay, (at) => Math.max(0, moved[at]!));
    if (active.length === 0) return z;
  }
}

/**
 * argmin_z ‖c + Mᵀz‖ over the active rows, which are orthogonalized one after another, twice each: thin cones have rows that are nearly opposite, whose
 * products would lose half of the digits.
 */
function leastSquares(cone: Float64Array, c: Float64Array, active: readonly number[]): Float64Array {
  const [d, p] = [c.length, active.length];
  const basis: Float64Array[] = [];
  const upper = new Float64Array(p * p);
  const z = new Float64Array(p);
  const rest = c.slice();
  active.forEach((i, a) => {
    const q = rowOf(cone, i, d).slice();
    for (const _ of [1, 2])
      basis.forEach((earlier, b) => {
        const share = dot(earlier, q);
        upper[b * p + a]! += share;
        addScaled(-share, earlier, q);
      });
    const length = norm(q);
    upper[a * p + a] = length;
    for (let t = 0; t < d; t++) q[t]! /= length;
    z[a] = -dot(q, rest);
    addScaled(z[a]!, q, rest);
    basis.push(q);
  });
  for (let a = p - 1; a >= 0; a--) {
    for (let b = a + 1; b < p; b++) z[a]! -= upper[a * p + b]! * z[b]!;
    z[a]! /= upper[a * p + a]!;
  }
  return z;
}

/** c + Mᵀz. */
function combine(cone: Float64Array, c: Float64Array, active: readonly number[], z: Float64Array): Float64Array {
  const d = c.length;
  const sum = c.slice();
  active.forEach((i, at) => {
    addScaled(z[at]!, rowOf(cone, i, d), sum);
  });
  return sum;
}
