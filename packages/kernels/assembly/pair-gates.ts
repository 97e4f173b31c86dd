import { addTo, put, take } from './lanes';

/** 1 / (1 + p q): the logistic function of −(log p + log q), without an exponential for each edge. */
// @ts-ignore: decorator
@inline
function gate(p: v128, q: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, f32x4.mul(p, q)));
}

/**
 * out_i ← x_i − limit · Σ over the edges e = (i, j) of u_e ⊙ (stay_e x_i − move_e x_j) with u_e = 1 / (1 + p_i ⊙ q_j): nothing of the
 * size of edges × features is stored.
 */
export function pairGates(
  starts: usize,
  columns: usize,
  stay: usize,
  move: usize,
  rows: u32,
  width: usize,
  x: usize,
  p: usize,
  q: usize,
  limit: f32,
  out: usize,
): void {
  const rowBytes = width << 2;
  const tail = i32(width & 3);
  const whole = rowBytes & ~15;
  const limits = f32x4.splat(limit);
  for (let i: u32 = 0; i < rows; i++) {
    const from = usize(load<u32>(starts + (usize(i) << 2))) << 2;
    const to = usize(load<u32>(starts + (usize(i) << 2) + 4)) << 2;
    const row = usize(i) * rowBytes;
    let at: usize = 0;
    for (; at + 32 <= rowBytes; at += 32) {
      const p0 = v128.load(p + row + at);
      const p1 = v128.load(p + row + at + 16);
      let stays0 = f32x4.splat(0);
      let stays1 = stays0;
      let moves0 = stays0;
      let moves1 = stays0;
      for (let e = from; e < to; e += 4) {
        const other = usize(load<u32>(columns + e)) * rowBytes + at;
        const stayE = v128.load_splat<u32>(stay + e);
        const moveE = v128.load_splat<u32>(move + e);
        const u0 = gate(p0, v128.load(q + other));
        const u1 = gate(p1, v128.load(q + other + 16));
        stays0 = f32x4.add(stays0, f32x4.mul(stayE, u0));
        stays1 = f32x4.add(stays1, f32x4.mul(stayE, u1));
        moves0 = f32x4.add(moves0, f32x4.mul(f32x4.mul(moveE, u0), v128.load(x + other)));
        moves1 = f32x4.add(moves1, f32x4.mul(f32x4.mul(moveE, u1), v128.load(x + other + 16)));
      }
      v128.store(out + row + at, gated(v128.load(x + row + at), limits, stays0, moves0));
      v128.store(out + row + at + 16, gated(v128.load(x + row + at + 16), limits, stays1, moves1));
    }
    for (; at < whole; at += 16) part(columns, stay, move, from, to, x + at, p + at, q + at, row, rowBytes, limits, out + at, 4);
    if (tail) part(columns, stay, move, from, to, x + at, p + at, q + at, row, rowBytes, limits, out + at, tail);
  }
}

// @ts-ignore: decorator
@inline
function gated(x: v128, limits: v128, stays: v128, moves: v128): v128 {
  return f32x4.add(f32x4.sub(x, f32x4.mul(f32x4.mul(limits, stays), x)), f32x4.mul(limits, moves));
}

// @ts-ignore: decorator
@inline
function part(
  columns: usize,
  stay: usize,
  move: usize,
  from: usize,
  to: usize,
  x: usize,
  p: usize,
  q: usize,
  row: usize,
  rowBytes: usize,
  limits: v128,
  out: usize,
  lanes: i32,
): void {
  const pi = take(p + row, lanes);
  let stays = f32x4.splat(0);
  let moves = stays;
  for (let e = from; e < to; e += 4) {
    const other = usize(load<u32>(columns + e)) * rowBytes;
    const u = gate(pi, take(q + other, lanes));
    stays = f32x4.add(stays, f32x4.mul(v128.load_splat<u32>(stay + e), u));
    moves = f32x4.add(moves, f32x4.mul(f32x4.mul(v128.load_splat<u32>(move + e), u), take(x + other, lanes)));
  }
  put(out + row, gated(take(x + row, lanes), limits, stays, moves), lanes);
}

/**
 * From the cotangent g of `pairGates`' result those of x, p and q, in one walk over the edges. `dx` and `dq` are zeros at first:
 * what belongs to the other end of an edge is added there.
 */
export function pairGatesBackward(
  starts: usize,
  columns: usize,
  stay: usize,
  move: usize,
  rows: u32,
  width: usize,
  x: usize,
  p: usize,
  q: usize,
  limit: f32,
  g: usize,
  dx: usize,
  dp: usize,
  dq: usize,
): void {
  const rowBytes = width << 2;
  const tail = i32(width & 3);
  const whole = rowBytes & ~15;
  const limits = f32x4.splat(limit);
  for (let i: u32 = 0; i < rows; i++) {
    const from = usize(load<u32>(starts + (usize(i) << 2))) << 2;
    const to = usize(load<u32>(starts + (usize(i) << 2) + 4)) << 2;
    const row = usize(i) * rowBytes;
    let at: usize = 0;
    for (; at < whole; at += 16) {
      backwardPart(columns, stay, move, from, to, x + at, p + at, q + at, g + at, row, rowBytes, limits, dx + at, dp + at, dq + at, 4);
    }
    if (tail) {
      backwardPart(columns, stay, move, from, to, x + at, p + at, q + at, g + at, row, rowBytes, limits, dx + at, dp + at, dq + at, tail);
    }
  }
}

// @ts-ignore: decorator
@inline
function backwardPart(
  columns: usize,
  stay: usize,
  move: usize,
  from: usize,
  to: usize,
  x: usize,
  p: usize,
  q: usize,
  g: usize,
  row: usize,
  rowBytes: usize,
  limits: v128,
  dx: usize,
  dp: usize,
  dq: usize,
  lanes: i32,
): void {
  const xi = take(x + row, lanes);
  const pi = take(p + row, lanes);
  const gi = take(g + row, lanes);
  const scaled = f32x4.mul(limits, gi);
  let stays = f32x4.splat(0);
  let dpi = stays;
  for (let e = from; e < to; e += 4) {
    const other = usize(load<u32>(columns + e)) * rowBytes;
    const stayE = v128.load_splat<u32>(stay + e);
    const moveE = v128.load_splat<u32>(move + e);
    const qj = take(q + other, lanes);
    const u = gate(pi, qj);
    stays = f32x4.add(stays, f32x4.mul(stayE, u));
    addTo(dx + other, f32x4.mul(f32x4.mul(moveE, u), scaled), lanes);
    const difference = f32x4.sub(f32x4.mul(moveE, take(x + other, lanes)), f32x4.mul(stayE, xi));
    const slope = f32x4.mul(f32x4.mul(difference, scaled), f32x4.mul(u, u));
    dpi = f32x4.sub(dpi, f32x4.mul(slope, qj));
    put(dq + other, f32x4.sub(take(dq + other, lanes), f32x4.mul(slope, pi)), lanes);
  }
  addTo(dx + row, f32x4.sub(gi, f32x4.mul(stays, scaled)), lanes);
  put(dp + row, dpi, lanes);
}
