import { InputError } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';
import { norm } from '../vectors.ts';
import { allRows } from './square-matrices.ts';

/**
 * Φ of a gated network in double precision, without ever forming it: block j of its columns is D_j X, the rows of X at which gate j is open
 * (D_j = diag(1{X u_j ≥ 0})).
 */
export interface GatedFeatures {
  /** n, rows of X. */
  readonly rows: number;
  /** d, columns of X. */
  readonly columns: number;
  /** X in units in which the mean of its squares is 1, n × d. */
  readonly x: Float64Array;
  /** What that unit is in X's own. */
  readonly unit: number;
  /** For each gate the rows at which it is open, ascending. */
  readonly open: readonly Int32Array[];
  /** Which of the gates that were given each is: gates that are open at the same rows are one, and gates that are never open none. */
  readonly kept: Int32Array;
}

/**
 * Gates as what they tell apart: of several with the same rows the first is kept.
 * @param x n × d
 * @param signs on which side of each of k gates a row lies, as `signsOf` tells it, n × k
 * @param which the gates that count, ascending; by default all
 * @throws {InputError} where no gate is open for any row
 */
export function gatedFeatures(
  x: Matrix,
  signs: Int8Array,
  which: Int32Array = allRows(signs.length / x.rows),
): GatedFeatures {
  const patterns = new Map<string, { readonly rows: Int32Array; readonly gate: number }>();
  for (const gate of which) {
    const rows = openRowsOf(signs, x.rows, gate);
    const key = patternOf(rows, x.rows);
    if (rows.length > 0 && !patterns.has(key)) patterns.set(key, { rows, gate });
  }
  if (patterns.size === 0)
    throw new InputError('data', 'galu: no gate is open for any row of X; draw more gates, or centre the columns of X');
  const kept = [...patterns.values()];
  const unit = rootMeanSquare(x.data);
  return {
    rows: x.rows,
    columns: x.cols,
    x: Float64Array.from(x.data, (value) => value / unit),
    unit,
    open: kept.map(({ rows }) => rows),
    kept: Int32Array.from(kept, ({ gate }) => gate),
  };
}

function openRowsOf(signs: Int8Array, n: number, gate: number): Int32Array {
  const k = signs.length / n;
  const open = new Int32Array(n);
  let count = 0;
  for (let i = 0; i < n; i++) if (signs[i * k + gate]! >= 0) open[count++] = i;
  return open.slice(0, count);
}

/** Which rows are open as text, a bit for each: of many rows a list of their numbers would take a hundred times as much. */
function patternOf(open: Int32Array, rows: number): string {
  const words = new Uint16Array(Math.ceil(rows / 16));
  for (const i of open) words[i >> 4]! |= 1 << (i & 15);
  return words.reduce((text, word) => text + String.fromCharCode(word), '');
}

/** √ of the mean of the squares, or 1 where all are 0. */
export function rootMeanSquare(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return Math.sqrt(sum / values.length) || 1;
}

/** out += scale · D_j X w. */
export function addOutputs(f: GatedFeatures, j: number, w: Float64Array, out: Float64Array, scale = 1): void {
  const { x, columns } = f;
  for (const i of f.open[j]!) {
    let sum = 0;
    for (let t = 0, at = i * columns; t < columns; t++) sum += x[at + t]! * w[t]!;
    out[i]! += scale * sum;
  }
}

/** Xᵀ D_j r · scale, in place of `out` (d). */
export function adjoint(f: GatedFeatures, j: number, r: Float64Array, scale: number, out: Float64Array): Float64Array {
  const { x, columns } = f;
  out.fill(0);
  for (const i of f.open[j]!) {
    const weight = scale * r[i]!;
    for (let t = 0, at = i * columns; t < columns; t++) out[t]! += weight * x[at + t]!;
  }
  return out;
}

/** The neurons that aren't 0. */
export const usedOf = (weights: readonly Float64Array[]): number[] =>
  [...weights.keys()].filter((j) => norm(weights[j]!) > 0);
