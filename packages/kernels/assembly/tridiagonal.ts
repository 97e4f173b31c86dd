// Householder's reduction of a symmetric matrix to tridiagonal form, from the last row up (Golub and Van Loan, Matrix Computations, Section 8.3.1). What a reflector does to
// the rows before it, A − v wᵀ − w vᵀ, is done in the pass that multiplies by the next one, so each entry is read once a step. Sums run in two partial sums, of even and odd
// columns; the scalar twin adds in the same order.

// @ts-ignore: decorator
@inline
function at(array: usize, i: usize): f64 {
  return load<f64>(array + (i << 3));
}

// @ts-ignore: decorator
@inline
function put(array: usize, i: usize, value: f64): void {
  store<f64>(array + (i << 3), value);
}

/** Row `row` of A, its first `count` entries, less those of v wᵀ + w vᵀ. */
function updateRow(row: usize, count: usize, vi: f64, wi: f64, v: usize, w: usize): void {
  const end = count << 3;
  const paired = (count & ~1) << 3;
  const vs = f64x2.splat(vi);
  const ws = f64x2.splat(wi);
  let k: usize = 0;
  for (; k < paired; k += 16) {
    const less = f64x2.add(f64x2.mul(vs, v128.load(w + k)), f64x2.mul(ws, v128.load(v + k)));
    v128.store(row + k, f64x2.sub(v128.load(row + k), less));
  }
  if (k < end) store<f64>(row + k, load<f64>(row + k) - (vi * load<f64>(w + k) + wi * load<f64>(v + k)));
}

/** y ← A u for the first `count` rows and columns, of which the lower triangle is read, after A −= v wᵀ + w vᵀ. */
function updateAndMultiply(a: usize, n: usize, count: usize, v: usize, w: usize, u: usize, y: usize): void {
  for (let j: usize = 0; j < count; j++) {
    const row = a + ((j * n) << 3);
    const vs = f64x2.splat(at(v, j));
    const ws = f64x2.splat(at(w, j));
    const uj = at(u, j);
    const us = f64x2.splat(uj);
    const end = j << 3;
    const paired = (j & ~1) << 3;
    let sums = f64x2.splat(0);
    let k: usize = 0;
    for (; k < paired; k += 16) {
      const less = f64x2.add(f64x2.mul(vs, v128.load(w + k)), f64x2.mul(ws, v128.load(v + k)));
      const entries = f64x2.sub(v128.load(row + k), less);
      v128.store(row + k, entries);
      sums = f64x2.add(sums, f64x2.mul(entries, v128.load(u + k)));
      v128.store(y + k, f64x2.add(v128.load(y + k), f64x2.mul(us, entries)));
    }
    let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
    if (k < end) {
      const entry = load<f64>(row + k) - (at(v, j) * load<f64>(w + k) + at(w, j) * load<f64>(v + k));
      store<f64>(row + k, entry);
      sum += entry * load<f64>(u + k);
      store<f64>(y + k, load<f64>(y + k) + uj * entry);
      k += 8;
    }
    const diagonal = load<f64>(row + k) - (at(v, j) * load<f64>(w + k) + at(w, j) * load<f64>(v + k));
    store<f64>(row + k, diagonal);
    store<f64>(y + k, sum + diagonal * uj);
  }
}

/** Σ x·y, in two partial sums. */
function inner(x: usize, y: usize, count: usize): f64 {
  const end = count << 3;
  const paired = (count & ~1) << 3;
  let sums = f64x2.splat(0);
  let k: usize = 0;
  for (; k < paired; k += 16) sums = f64x2.add(sums, f64x2.mul(v128.load(x + k), v128.load(y + k)));
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  if (k < end) sum += load<f64>(x + k) * load<f64>(y + k);
  return sum;
}

/** A row of such a sum of squares is rounding of zeros: the inverse of its h would overflow. */
const NEGLIGIBLE: f64 = 1e-280;

/**
 * A ← the vectors v of the reflectors I − v vᵀ/h, v_i in row i; `scales` ← h_i, 0 where there is none. `diagonal` and `beside` ← T, beside_i between i − 1 and i. `room` has 3 n
 * entries.
 */
export function tridiagonalize(a: usize, n: usize, diagonal: usize, beside: usize, scales: usize, room: usize): void {
  const bytes = n << 3;
  let w = room;
  let y = room + bytes;
  const zeros = room + 2 * bytes;
  memory.fill(room, 0, 3 * bytes);
  put(beside, 0, 0);
  put(scales, 0, 0);
  let v = zeros;
  for (let i: usize = n - 1; i > 0; i--) {
    const row = a + ((i * n) << 3);
    updateRow(row, i + 1, at(v, i), at(w, i), v, w);
    put(diagonal, i, at(row, i));
    let squares = inner(row, row, i);
    if (squares < NEGLIGIBLE) {
      memory.fill(row, 0, i << 3);
      squares = 0;
    }
    const last = at(row, i - 1);
    const e = last > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    const h = squares - last * e;
    put(beside, i, e);
    put(scales, i, h);
    put(row, i - 1, last - e);
    updateAndMultiply(a, n, i, v, w, row, y);
    const share = h > 0 ? 1 / h : 0;
    for (let k: usize = 0; k < i; k++) put(y, k, at(y, k) * share);
    const half = 0.5 * inner(row, y, i) * share;
    for (let k: usize = 0; k < i; k++) put(y, k, at(y, k) - half * at(row, k));
    v = row;
    const other = w;
    w = y;
    y = other;
  }
  updateRow(a, 1, at(v, 0), at(w, 0), v, w);
  put(diagonal, 0, at(a, 0));
}
