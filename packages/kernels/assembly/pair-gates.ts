import { gateFactor, gateFactorBackward } from './gate-factors';
import { addTo, put, take } from './lanes';

/** 1 / (1 + p q): the logistic function of −(log p + log q), without an exponential for each edge. */
// @ts-ignore: decorator
@inline
function gate(p: v128, q: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, f32x4.mul(p, q)));
}

/** For a block of a row: q = e^−b and y = x / root. */
// @ts-ignore: decorator
@inline
function prepare(x: usize, b: usize, inverse: v128, q: usize, y: usize, lanes: i32): void {
  put(q, gateFactor(take(b, lanes)), lanes);
  put(y, f32x4.mul(take(x, lanes), inverse), lanes);
}

/** The same for all rows. */
function prepareRows(roots: usize, rows: u32, width: usize, x: usize, b: usize, q: usize, y: usize): void {
  const rowBytes = width << 2;
  const tail = i32(width & 3);
  const bytes = rowBytes & ~15;
  for (let i: u32 = 0; i < rows; i++) {
    const inverse = f32x4.splat(inverseOf(roots, i));
    let at = usize(i) * rowBytes;
    const whole = at + bytes;
    for (; at < whole; at += 16) prepare(x + at, b + at, inverse, q + at, y + at, 4);
    if (tail) prepare(x + at, b + at, inverse, q + at, y + at, tail);
  }
}

/** p = e^−a for a row. Apart from the loops over its edges, whose registers the exponential's constants would take. */
function factorRow(a: usize, width: usize, p: usize): void {
  const tail = i32(width & 3);
  const whole = a + ((width << 2) & ~15);
  for (; a < whole; a += 16, p += 16) put(p, gateFactor(take(a, 4)), 4);
  if (tail) put(p, gateFactor(take(a, tail)), tail);
}

// @ts-ignore: decorator
@inline
function inverseOf(roots: usize, i: u32): f32 {
  return 1 / load<f32>(roots + (usize(i) << 2));
}

/**
 * out_i ← x_i − limit · Σ over the edges e = (i, j) of values_e / roots_i u_e ⊙ (y_i − y_j) with y = x / roots and u_e = 1 / (1 + e^−a_i ⊙ e^−b_j):
 * nothing of the size of edges × features is stored. A `mask` of 0 makes the first value that of all edges, −1 is for a value for each. q and y are room
 * for [rows, width], p for a row.
 */
export function pairGates(
  starts: usize,
  columns: usize,
  values: usize,
  mask: usize,
  roots: usize,
  rows: u32,
  width: usize,
  x: usize,
  a: usize,
  b: usize,
  q: usize,
  y: usize,
  p: usize,
  limit: f32,
  out: usize,
): void {
  prepareRows(roots, rows, width, x, b, q, y);
  const rowBytes = width << 2;
  const tail = i32(width & 3);
  const whole = rowBytes & ~15;
  for (let i: u32 = 0; i < rows; i++) {
    const from = usize(load<u32>(starts + (usize(i) << 2))) << 2;
    const to = usize(load<u32>(starts + (usize(i) << 2) + 4)) << 2;
    const row = usize(i) * rowBytes;
    const limits = f32x4.splat(limit * inverseOf(roots, i));
    factorRow(a + row, width, p);
    let at: usize = 0;
    for (; at + 32 <= whole; at += 32) {
      const p0 = v128.load(p + at);
      const p1 = v128.load(p + at + 16);
      let stays0 = f32x4.splat(0);
      let stays1 = stays0;
      let moves0 = stays0;
      let moves1 = stays0;
      for (let e = from; e < to; e += 4) {
        const other = usize(load<u32>(columns + e)) * rowBytes + at;
        const value = v128.load_splat<u32>(values + (e & mask));
        const t0 = f32x4.mul(value, gate(p0, v128.load(q + other)));
        const t1 = f32x4.mul(value, gate(p1, v128.load(q + other + 16)));
        stays0 = f32x4.add(stays0, t0);
        stays1 = f32x4.add(stays1, t1);
        moves0 = f32x4.add(moves0, f32x4.mul(t0, v128.load(y + other)));
        moves1 = f32x4.add(moves1, f32x4.mul(t1, v128.load(y + other + 16)));
      }
      const own = row + at;
      v128.store(out + own, gated(v128.load(x + own), v128.load(y + own), limits, stays0, moves0));
      v128.store(out + own + 16, gated(v128.load(x + own + 16), v128.load(y + own + 16), limits, stays1, moves1));
    }
    for (; at < whole; at += 16) part(columns, values, mask, from, to, x + at, y + at, p + at, q + at, row, rowBytes, limits, out + at, 4);
    if (tail) part(columns, values, mask, from, to, x + at, y + at, p + at, q + at, row, rowBytes, limits, out + at, tail);
  }
}

// @ts-ignore: decorator
@inline
function gated(x: v128, y: v128, limits: v128, stays: v128, moves: v128): v128 {
  return f32x4.sub(x, f32x4.mul(limits, f32x4.sub(f32x4.mul(stays, y), moves)));
}

// @ts-ignore: decorator
@inline
function part(
  columns: usize,
  values: usize,
  mask: usize,
  from: usize,
  to: usize,
  x: usize,
  y: usize,
  p: usize,
  q: usize,
  row: usize,
  rowBytes: usize,
  limits: v128,
  out: usize,
  lanes: i32,
): void {
  const pi = take(p, lanes);
  let stays = f32x4.splat(0);
  let moves = stays;
  for (let e = from; e < to; e += 4) {
    const other = usize(load<u32>(columns + e)) * rowBytes;
    const t = f32x4.mul(v128.load_splat<u32>(values + (e & mask)), gate(pi, take(q + other, lanes)));
    stays = f32x4.add(stays, t);
    moves = f32x4.add(moves, f32x4.mul(t, take(y + other, lanes)));
  }
  put(out + row, gated(take(x + row, lanes), take(y + row, lanes), limits, stays, moves), lanes);
}

/**
 * From the cotangent g of `pairGates`' result those of x, a and b, in one walk over the edges: what belongs to the other end of an edge is added
 * there.
 */
export function pairGatesBackward(
  starts: usize,
  columns: usize,
  values: usize,
  mask: usize,
  roots: usize,
  rows: u32,
  width: usize,
  x: usize,
  a: usize,
  b: usize,
  q: usize,
  y: usize,
  p: usize,
  limit: f32,
  g: usize,
  dx: usize,
  da: usize,
  db: usize,
): void {
  prepareRows(roots, rows, width, x, b, q, y);
  const rowBytes = width << 2;
  memory.fill(dx, 0, usize(rows) * rowBytes);
  memory.fill(db, 0, usize(rows) * rowBytes);
  const tail = i32(width & 3);
  const whole = rowBytes & ~15;
  for (let i: u32 = 0; i < rows; i++) {
    const from = usize(load<u32>(starts + (usize(i) << 2))) << 2;
    const to = usize(load<u32>(starts + (usize(i) << 2) + 4)) << 2;
    const row = usize(i) * rowBytes;
    const limits = f32x4.splat(limit * inverseOf(roots, i));
    factorRow(a + row, width, p);
    let at: usize = 0;
    for (; at < whole; at += 16) {
      backwardPart(columns, values, mask, from, to, y + at, a + at, p + at, q + at, g + at, row, rowBytes, limits, dx + at, da + at, db + at, 4);
    }
    if (tail) {
      backwardPart(columns, values, mask, from, to, y + at, a + at, p + at, q + at, g + at, row, rowBytes, limits, dx + at, da + at, db + at, tail);
    }
  }
  finishRows(roots, rows, width, b, q, g, dx, db);
}

// @ts-ignore: decorator
@inline
function finish(b: usize, inverse: v128, q: usize, g: usize, dx: usize, db: usize, lanes: i32): void {
  put(dx, f32x4.add(f32x4.mul(take(dx, lanes), inverse), take(g, lanes)), lanes);
  put(db, gateFactorBackward(take(b, lanes), take(q, lanes), take(db, lanes)), lanes);
}

/** From the cotangents of y and q those of x and b, in place. */
function finishRows(roots: usize, rows: u32, width: usize, b: usize, q: usize, g: usize, dx: usize, db: usize): void {
  const rowBytes = width << 2;
  const tail = i32(width & 3);
  const bytes = rowBytes & ~15;
  for (let i: u32 = 0; i < rows; i++) {
    const inverse = f32x4.splat(inverseOf(roots, i));
    let at = usize(i) * rowBytes;
    const whole = at + bytes;
    for (; at < whole; at += 16) finish(b + at, inverse, q + at, g + at, dx + at, db + at, 4);
    if (tail) finish(b + at, inverse, q + at, g + at, dx + at, db + at, tail);
  }
}

/** Adds the cotangents of y to `dy` and those of q to `dq`. */
// @ts-ignore: decorator
@inline
function backwardPart(
  columns: usize,
  values: usize,
  mask: usize,
  from: usize,
  to: usize,
  y: usize,
  a: usize,
  p: usize,
  q: usize,
  g: usize,
  row: usize,
  rowBytes: usize,
  limits: v128,
  dy: usize,
  da: usize,
  dq: usize,
  lanes: i32,
): void {
  const yi = take(y + row, lanes);
  const ai = take(a + row, lanes);
  const pi = take(p, lanes);
  const scaled = f32x4.mul(limits, take(g + row, lanes));
  let stays = f32x4.splat(0);
  let dpi = stays;
  for (let e = from; e < to; e += 4) {
    const other = usize(load<u32>(columns + e)) * rowBytes;
    const qj = take(q + other, lanes);
    const u = gate(pi, qj);
    const t = f32x4.mul(f32x4.mul(v128.load_splat<u32>(values + (e & mask)), u), scaled);
    stays = f32x4.add(stays, t);
    addTo(dy + other, t, lanes);
    const slope = f32x4.mul(f32x4.mul(f32x4.sub(take(y + other, lanes), yi), t), u);
    dpi = f32x4.sub(dpi, f32x4.mul(slope, qj));
    put(dq + other, f32x4.sub(take(dq + other, lanes), f32x4.mul(slope, pi)), lanes);
  }
  addTo(dy + row, f32x4.neg(stays), lanes);
  put(da + row, gateFactorBackward(ai, pi, dpi), lanes);
}
