import { gateFactor, gateFactorBackward } from './gate-factors';
import { put, take } from './lanes';

// A call is for some features, at most a cache line of them. They are walked over copies in which what an edge reads and writes of the node at its
// other end lies in one run, so that a node is one or two pages' business however many arrays there are, and threads with other features have
// other lines.

/** 1 / (1 + p q): the logistic function of −(log p + log q), without an exponential for each edge. */
// @ts-ignore: decorator
@inline
function gate(p: v128, q: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, f32x4.mul(p, q)));
}

// @ts-ignore: decorator
@inline
function inverseOf(roots: usize, i: u32): f32 {
  return 1 / load<f32>(roots + (usize(i) << 2));
}

/** Bytes of a vector, of which a node's copies have some for each array. */
const VECTOR: usize = 16;

/** Arrays in the copies: q = e^−b and y = x / root. */
const FORWARD: usize = 2;

/** The same, and their cotangents. */
const BACKWARD: usize = 4;

/** Vectors of 4 features. */
// @ts-ignore: decorator
@inline
function vectorsOf(first: usize, last: usize): usize {
  return (last - first + 3) >> 2;
}

// @ts-ignore: decorator
@inline
function lanesOf(vector: usize, first: usize, last: usize): i32 {
  return i32(min<usize>(4, last - first - (vector << 2)));
}

/**
 * Makes the copies, a node's arrays one behind another, and writes p = e^−a to where `p` says. x, a, b and p are addresses of the first node's
 * first feature.
 */
function prepare(
  roots: usize,
  rows: u32,
  rowBytes: usize,
  first: usize,
  last: usize,
  x: usize,
  a: usize,
  b: usize,
  p: usize,
  copy: usize,
  arrays: usize,
): void {
  const vectors = vectorsOf(first, last);
  const bytes = vectors * VECTOR;
  for (let i: u32 = 0; i < rows; i++) {
    const inverse = f32x4.splat(inverseOf(roots, i));
    for (let n: usize = 0; n < vectors; n++) {
      const at = n * VECTOR;
      const lanes = lanesOf(n, first, last);
      put(p + at, gateFactor(take(a + at, lanes)), lanes);
      v128.store(copy + at, gateFactor(take(b + at, lanes)));
      v128.store(copy + bytes + at, f32x4.mul(take(x + at, lanes), inverse));
      if (arrays == BACKWARD) {
        v128.store(copy + 2 * bytes + at, f32x4.splat(0));
        v128.store(copy + 3 * bytes + at, f32x4.splat(0));
      }
    }
    copy += arrays * bytes;
    p += rowBytes;
    a += rowBytes;
    b += rowBytes;
    x += rowBytes;
  }
}

/**
 * out_i ← x_i − limit · Σ over the edges e = (i, j) of values_e / roots_i u_e ⊙ (y_i − y_j) with y = x / roots and u_e = 1 / (1 + e^−a_i ⊙ e^−b_j), for
 * the features from `first` until `last`: nothing of the size of edges × features is stored. A `mask` of 0 makes the first value that of all
 * edges, −1 is for a value for each. `room` is for 32 bytes for each node and four features.
 */
export function pairGates(
  starts: usize,
  columns: usize,
  values: usize,
  mask: usize,
  roots: usize,
  rows: u32,
  width: usize,
  first: usize,
  last: usize,
  x: usize,
  a: usize,
  b: usize,
  limit: f32,
  out: usize,
  room: usize,
): void {
  const rowBytes = width << 2;
  x += first << 2;
  out += first << 2;
  prepare(roots, rows, rowBytes, first, last, x, a + (first << 2), b + (first << 2), out, room, FORWARD);
  const vectors = vectorsOf(first, last);
  const bytes = vectors * VECTOR;
  const step = FORWARD * bytes;
  let own = room;
  let from = usize(load<u32>(starts)) << 2;
  for (let i: u32 = 0; i < rows; i++) {
    const to = usize(load<u32>(starts + (usize(i) << 2), 4)) << 2;
    const limits = f32x4.splat(limit * inverseOf(roots, i));
    for (let n: usize = 0; n < vectors; n++) {
      const at = n * VECTOR;
      const lanes = lanesOf(n, first, last);
      const copies = room + at;
      // p lies where the result will.
      const p = take(out + at, lanes);
      let stays = f32x4.splat(0);
      let moves = stays;
      for (let e = from; e < to; e += 4) {
        const other = copies + usize(load<u32>(columns + e)) * step;
        const t = f32x4.mul(v128.load_splat<u32>(values + (e & mask)), gate(p, v128.load(other)));
        stays = f32x4.add(stays, t);
        moves = f32x4.add(moves, f32x4.mul(t, v128.load(other + bytes)));
      }
      const difference = f32x4.sub(f32x4.mul(stays, v128.load(own + bytes + at)), moves);
      put(out + at, f32x4.sub(take(x + at, lanes), f32x4.mul(limits, difference)), lanes);
    }
    from = to;
    out += rowBytes;
    x += rowBytes;
    own += step;
  }
}

/**
 * From the cotangent g of `pairGates`' result those of x, a and b, in one walk over the edges: what belongs to the other end of an edge is added
 * there. `room` is for 64 bytes for each node and four features.
 */
export function pairGatesBackward(
  starts: usize,
  columns: usize,
  values: usize,
  mask: usize,
  roots: usize,
  rows: u32,
  width: usize,
  first: usize,
  last: usize,
  x: usize,
  a: usize,
  b: usize,
  limit: f32,
  g: usize,
  dx: usize,
  da: usize,
  db: usize,
  room: usize,
): void {
  const rowBytes = width << 2;
  const offset = first << 2;
  a += offset;
  b += offset;
  g += offset;
  da += offset;
  prepare(roots, rows, rowBytes, first, last, x + offset, a, b, da, room, BACKWARD);
  const vectors = vectorsOf(first, last);
  const bytes = vectors * VECTOR;
  const step = BACKWARD * bytes;
  let own = room;
  let from = usize(load<u32>(starts)) << 2;
  let gi = g;
  for (let i: u32 = 0; i < rows; i++) {
    const to = usize(load<u32>(starts + (usize(i) << 2), 4)) << 2;
    const limits = f32x4.splat(limit * inverseOf(roots, i));
    for (let n: usize = 0; n < vectors; n++) {
      const at = n * VECTOR;
      const lanes = lanesOf(n, first, last);
      const copies = room + at;
      const y = v128.load(own + bytes + at);
      // p lies where the cotangent of a will.
      const p = take(da + at, lanes);
      const scaled = f32x4.mul(limits, take(gi + at, lanes));
      let stays = f32x4.splat(0);
      let dp = stays;
      for (let e = from; e < to; e += 4) {
        const other = copies + usize(load<u32>(columns + e)) * step;
        const dq = other + 2 * bytes;
        const dy = dq + bytes;
        const q = v128.load(other);
        const u = gate(p, q);
        const t = f32x4.mul(f32x4.mul(v128.load_splat<u32>(values + (e & mask)), u), scaled);
        stays = f32x4.add(stays, t);
        v128.store(dy, f32x4.add(v128.load(dy), t));
        const slope = f32x4.mul(f32x4.mul(f32x4.sub(v128.load(other + bytes), y), t), u);
        dp = f32x4.sub(dp, f32x4.mul(slope, q));
        v128.store(dq, f32x4.sub(v128.load(dq), f32x4.mul(slope, p)));
      }
      const dy = own + 3 * bytes + at;
      v128.store(dy, f32x4.sub(v128.load(dy), stays));
      put(da + at, gateFactorBackward(take(a + at, lanes), p, dp), lanes);
    }
    from = to;
    a += rowBytes;
    gi += rowBytes;
    da += rowBytes;
    own += step;
  }
  finish(roots, rows, rowBytes, first, last, b, g, dx + offset, db + offset, room);
}

/** From the cotangents of y and q those of x and b. */
function finish(
  roots: usize,
  rows: u32,
  rowBytes: usize,
  first: usize,
  last: usize,
  b: usize,
  g: usize,
  dx: usize,
  db: usize,
  copy: usize,
): void {
  const vectors = vectorsOf(first, last);
  const bytes = vectors * VECTOR;
  for (let i: u32 = 0; i < rows; i++) {
    const inverse = f32x4.splat(inverseOf(roots, i));
    for (let n: usize = 0; n < vectors; n++) {
      const at = n * VECTOR;
      const lanes = lanesOf(n, first, last);
      const dq = v128.load(copy + 2 * bytes + at);
      put(dx + at, f32x4.add(f32x4.mul(v128.load(copy + 3 * bytes + at), inverse), take(g + at, lanes)), lanes);
      put(db + at, gateFactorBackward(take(b + at, lanes), v128.load(copy + at), dq), lanes);
    }
    copy += BACKWARD * bytes;
    dx += rowBytes;
    db += rowBytes;
    b += rowBytes;
    g += rowBytes;
  }
}
