import { InputError } from '@unbraid/checks';
import type { Engine } from '../engine.ts';

/** A symmetric matrix to be reduced, and where the result goes. */
export interface Tridiagonal {
  /** A, n × n, of which the lower triangle is read; becomes the vectors v_i of the reflectors I − v vᵀ/h, in the first i entries of row i */
  readonly matrix: Float64Array;
  /** Of T, n */
  readonly diagonal: Float64Array;
  /** Of T, n: entry i stands between i − 1 and i, entry 0 is 0 */
  readonly beside: Float64Array;
  /** h_i, n; 0 where there is no reflector */
  readonly scales: Float64Array;
  /** 3n numbers to work with */
  readonly room: Float64Array;
}

/** A = Q T Qᵀ with T tridiagonal and Q = H_{n−1} ⋯ H_1. */
export function tridiagonalize(engine: Engine, given: Tridiagonal): void {
  const { matrix, diagonal, beside, scales, room } = given;
  const n = diagonal.length;
  if (matrix.length !== n * n || beside.length !== n || scales.length !== n || room.length !== 3 * n || n === 0) {
    throw new InputError(
      'data',
      `kernels: tridiagonalize: the matrix has ${matrix.length} entries, the vectors ${n}, ${beside.length} and ${scales.length}, and room ${room.length}; n · n, n each and 3n belong together`,
    );
  }
  const wasm = engine.nativeFor(matrix, diagonal, beside, scales, room);
  if (!wasm) tridiagonalizeScalar(given);
  else {
    const [a, d, e, h, r] = [matrix, diagonal, beside, scales, room].map(({ byteOffset }) => byteOffset);
    wasm.tridiagonalize(a!, n, d!, e!, h!, r!);
  }
}

/** A row of such a sum of squares is rounding of zeros: the inverse of its h would overflow. */
const NEGLIGIBLE = 1e-280;

/** In the order of assembly/tridiagonal.ts. */
function tridiagonalizeScalar({ matrix: a, diagonal, beside, scales, room }: Tridiagonal): void {
  const n = diagonal.length;
  room.fill(0);
  beside[0] = 0;
  scales[0] = 0;
  let [w, y, v] = [room.subarray(0, n), room.subarray(n, 2 * n), room.subarray(2 * n)];
  for (let i = n - 1; i > 0; i--) {
    const row = a.subarray(i * n, (i + 1) * n);
    updateRow(row, i, v, w);
    diagonal[i] = row[i]!;
    let squares = inner(row, row, i);
    if (squares < NEGLIGIBLE) {
      row.fill(0, 0, i);
      squares = 0;
    }
    const last = row[i - 1]!;
    const e = last > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    const h = squares - last * e;
    beside[i] = e;
    scales[i] = h;
    row[i - 1] = last - e;
    for (let j = 0; j < i; j++) {
      const other = a.subarray(j * n, (j + 1) * n);
      updateRow(other, j, v, w);
      y[j] = inner(other, row, j) + other[j]! * row[j]!;
      for (let k = 0; k < j; k++) y[k]! += row[j]! * other[k]!;
    }
    const share = h > 0 ? 1 / h : 0;
    for (let k = 0; k < i; k++) y[k]! *= share;
    const half = 0.5 * inner(row, y, i) * share;
    for (let k = 0; k < i; k++) y[k]! -= half * row[k]!;
    v = row;
    [w, y] = [y, w];
  }
  updateRow(a, 0, v, w);
  diagonal[0] = a[0]!;
}

/** Entries 0 … i of row i, less those of v wᵀ + w vᵀ. */
function updateRow(row: Float64Array, i: number, v: Float64Array, w: Float64Array): void {
  const [vi, wi] = [v[i]!, w[i]!];
  for (let k = 0; k <= i; k++) row[k]! -= vi * w[k]! + wi * v[k]!;
}

/** Σ x·y in two partial sums, of even and odd entries. */
function inner(x: Float64Array, y: Float64Array, count: number): number {
  const paired = count - (count % 2);
  let [even, odd] = [0, 0];
  for (let k = 0; k < paired; k += 2) {
    even += x[k]! * y[k]!;
    odd += x[k + 1]! * y[k + 1]!;
  }
  const sum = even + odd;
  return paired < count ? sum + x[paired]! * y[paired]! : sum;
}
