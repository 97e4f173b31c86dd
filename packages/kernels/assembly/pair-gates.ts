import { gateFactor, gateFactorBackward } from './gate-factors';
import { put, take } from './lanes';

// Features are walked four at a time, over copies in which what an edge reads and writes of the node at its other end lies in one run: all nodes'
// copies for four features fit in the cache where those for all features don't. Four blocks share a cache line of x, a, b and the rest, so copies
// are made and written back for all the features from `first` until `last` together.

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

// @ts-ignore: decorator
@inline
function lanesOf(feature: usize, last: usize): i32 {
  return i32(min<usize>(4, last - feature));
}

/** Bytes that a node takes in a block's copies: q = e^−b and y = x / root. */
const FORWARD: usize = 32;

/** The same, and their cotangents. */
const BACKWARD: usize = 64;

/** Makes the blocks' copies, one block behind another, and writes p = e^−a to where `p` says. */
function prepare(
  roots: usize,
  rows: u32,
  width: usize,
  first: usize,
  last: usize,
  x: usize,
  a: usize,
  b: usize,
  p: usize,
  room: usize,
  bytes: usize,
): void {
  for (let i: u32 = 0; i < rows; i++) {
    const inverse = f32x4.splat(inverseOf(roots, i));
    let at = (usize(i) * width + first) << 2;
    let copy = room + usize(i) * bytes;
    for (let f = first; f < last; f += 4) {
      const lanes = lanesOf(f, last);
      put(p + at, gateFactor(take(a + at, lanes)), lanes);
      v128.store(copy, gateFactor(take(b + at, lanes)));
      v128.store(copy, f32x4.mul(take(x + at, lanes), inverse), 16);
      if (bytes == BACKWARD) {
        v128.store(copy, f32x4.splat(0), 32);
        v128.store(copy, f32x4.splat(0), 48);
      }
      at += 16;
      copy += usize(rows) * bytes;
    }
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
  prepare(roots, rows, width, first, last, x, a, b, out, room, FORWARD);
  for (let f = first; f < last; f += 4) {
    forwardBlock(starts, columns, values, mask, roots, rows, width << 2, x + (f << 2), limit, out + (f << 2), room, lanesOf(f, last));
    room += usize(rows) * FORWARD;
  }
}

function forwardBlock(
  starts: usize,
  columns: usize,
  values: usize,
  mask: usize,
  roots: usize,
  rows: u32,
  rowBytes: usize,
  x: usize,
  limit: f32,
  out: usize,
  copies: usize,
  lanes: i32,
): void {
  let own = copies;
  let e = usize(load<u32>(starts)) << 2;
  for (let i: u32 = 0; i < rows; i++) {
    const to = usize(load<u32>(starts + (usize(i) << 2), 4)) << 2;
    // p lies where the result will.
    const p = take(out, lanes);
    let stays = f32x4.splat(0);
    let moves = stays;
    for (; e < to; e += 4) {
      const other = copies + usize(load<u32>(columns + e)) * FORWARD;
      const t = f32x4.mul(v128.load_splat<u32>(values + (e & mask)), gate(p, v128.load(other)));
      stays = f32x4.add(stays, t);
      moves = f32x4.add(moves, f32x4.mul(t, v128.load(other, 16)));
    }
    const limits = f32x4.splat(limit * inverseOf(roots, i));
    const difference = f32x4.sub(f32x4.mul(stays, v128.load(own, 16)), moves);
    put(out, f32x4.sub(take(x, lanes), f32x4.mul(limits, difference)), lanes);
    out += rowBytes;
    x += rowBytes;
    own += FORWARD;
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
  prepare(roots, rows, width, first, last, x, a, b, da, room, BACKWARD);
  let copies = room;
  for (let f = first; f < last; f += 4) {
    const at = f << 2;
    backwardBlock(starts, columns, values, mask, roots, rows, width << 2, a + at, limit, g + at, da + at, copies, lanesOf(f, last));
    copies += usize(rows) * BACKWARD;
  }
  finish(roots, rows, width, first, last, b, g, dx, db, room);
}

function backwardBlock(
  starts: usize,
  columns: usize,
  values: usize,
  mask: usize,
  roots: usize,
  rows: u32,
  rowBytes: usize,
  a: usize,
  limit: f32,
  g: usize,
  da: usize,
  copies: usize,
  lanes: i32,
): void {
  let own = copies;
  let e = usize(load<u32>(starts)) << 2;
  for (let i: u32 = 0; i < rows; i++) {
    const to = usize(load<u32>(starts + (usize(i) << 2), 4)) << 2;
    const y = v128.load(own, 16);
    // p lies where the cotangent of a will.
    const p = take(da, lanes);
    const scaled = f32x4.mul(f32x4.splat(limit * inverseOf(roots, i)), take(g, lanes));
    let stays = f32x4.splat(0);
    let dp = stays;
    for (; e < to; e += 4) {
      const other = copies + usize(load<u32>(columns + e)) * BACKWARD;
      const q = v128.load(other);
      const u = gate(p, q);
      const t = f32x4.mul(f32x4.mul(v128.load_splat<u32>(values + (e & mask)), u), scaled);
      stays = f32x4.add(stays, t);
      v128.store(other, f32x4.add(v128.load(other, 48), t), 48);
      const slope = f32x4.mul(f32x4.mul(f32x4.sub(v128.load(other, 16), y), t), u);
      dp = f32x4.sub(dp, f32x4.mul(slope, q));
      v128.store(other, f32x4.sub(v128.load(other, 32), f32x4.mul(slope, p)), 32);
    }
    v128.store(own, f32x4.sub(v128.load(own, 48), stays), 48);
    put(da, gateFactorBackward(take(a, lanes), p, dp), lanes);
    a += rowBytes;
    g += rowBytes;
    da += rowBytes;
    own += BACKWARD;
  }
}

/** From the cotangents of y and q those of x and b. */
function finish(
  roots: usize,
  rows: u32,
  width: usize,
  first: usize,
  last: usize,
  b: usize,
  g: usize,
  dx: usize,
  db: usize,
  room: usize,
): void {
  for (let i: u32 = 0; i < rows; i++) {
    const inverse = f32x4.splat(inverseOf(roots, i));
    let at = (usize(i) * width + first) << 2;
    let copy = room + usize(i) * BACKWARD;
    for (let f = first; f < last; f += 4) {
      const lanes = lanesOf(f, last);
      put(dx + at, f32x4.add(f32x4.mul(v128.load(copy, 48), inverse), take(g + at, lanes)), lanes);
      put(db + at, gateFactorBackward(take(b + at, lanes), v128.load(copy), v128.load(copy, 32)), lanes);
      at += 16;
      copy += usize(rows) * BACKWARD;
    }
  }
}
