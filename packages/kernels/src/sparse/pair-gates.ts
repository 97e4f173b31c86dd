import type { Engine } from '../engine.ts';
import { checkSizes, checkWidth, rowCount } from './checks.ts';
import type { SparseRows } from './sparse-rows.ts';

/** A gated sum over edges. `stay` and `move` have a number for each edge; x, p and q are [nodes, width]. */
export interface PairGates extends SparseRows {
  readonly stay: Float32Array;
  readonly move: Float32Array;
  readonly width: number;
  readonly limit: number;
  readonly x: Float32Array;
  readonly p: Float32Array;
  readonly q: Float32Array;
}

/** What the backward kernel reads and writes beside `PairGates`, all [nodes, width]. */
export interface PairGatesGradients {
  /** The cotangent of the result. */
  readonly g: Float32Array;
  readonly dx: Float32Array;
  readonly dp: Float32Array;
  readonly dq: Float32Array;
}

export function pairGates(engine: Engine, gates: PairGates, out: Float32Array): void {
  check('pairGates', gates, { out });
  const { starts, columns, stay, move, width, limit, x, p, q } = gates;
  const wasm = engine.nativeFor(starts, columns, stay, move, x, p, q, out);
  if (!wasm) {
    gatesScalar(gates, out);
    return;
  }
  const [s, c, st, mo] = [starts.byteOffset, columns.byteOffset, stay.byteOffset, move.byteOffset];
  wasm.pairGates(s, c, st, mo, rowCount(gates), width, x.byteOffset, p.byteOffset, q.byteOffset, limit, out.byteOffset);
}

export function pairGatesBackward(engine: Engine, gates: PairGates, { g, dx, dp, dq }: PairGatesGradients): void {
  check('pairGatesBackward', gates, { g, dx, dp, dq });
  const { starts, columns, stay, move, width, limit, x, p, q } = gates;
  const wasm = engine.nativeFor(starts, columns, stay, move, x, p, q, g, dx, dp, dq);
  dx.fill(0);
  dq.fill(0);
  if (!wasm) {
    backwardScalar(gates, { g, dx, dp, dq });
    return;
  }
  const [s, c, st, mo] = [starts.byteOffset, columns.byteOffset, stay.byteOffset, move.byteOffset];
  const [gAt, dxAt, dpAt, dqAt] = [g.byteOffset, dx.byteOffset, dp.byteOffset, dq.byteOffset];
  const [xAt, pAt, qAt] = [x.byteOffset, p.byteOffset, q.byteOffset];
  wasm.pairGatesBackward(s, c, st, mo, rowCount(gates), width, xAt, pAt, qAt, limit, gAt, dxAt, dpAt, dqAt);
}

function check(kernel: string, gates: PairGates, others: Readonly<Record<string, Float32Array>>): void {
  const { columns, stay, move, width, x, p, q } = gates;
  checkWidth(kernel, 'width', width);
  const size = rowCount(gates) * width;
  checkSizes(kernel, { stay: [stay, columns.length], move: [move, columns.length] });
  for (const [name, array] of Object.entries({ x, p, q, ...others })) checkSizes(kernel, { [name]: [array, size] });
}

const { fround } = Math;

const gate = (p: number, q: number): number => fround(1 / fround(1 + fround(p * q)));

function gatesScalar({ starts, columns, stay, move, width, limit, x, p, q }: PairGates, out: Float32Array): void {
  const limit32 = fround(limit);
  for (let i = 0; i + 1 < starts.length; i++) {
    for (let d = 0; d < width; d++) {
      const own = i * width + d;
      let stays = 0;
      let moves = 0;
      for (let e = starts[i]!; e < starts[i + 1]!; e++) {
        const other = columns[e]! * width + d;
        const u = gate(p[own]!, q[other]!);
        stays = fround(stays + fround(stay[e]! * u));
        moves = fround(moves + fround(fround(move[e]! * u) * x[other]!));
      }
      const kept = fround(x[own]! - fround(fround(limit32 * stays) * x[own]!));
      out[own] = kept + fround(limit32 * moves);
    }
  }
}

function backwardScalar(gates: PairGates, { g, dx, dp, dq }: PairGatesGradients): void {
  const { starts, columns, stay, move, width, limit, x, p, q } = gates;
  const limit32 = fround(limit);
  for (let i = 0; i + 1 < starts.length; i++) {
    for (let d = 0; d < width; d++) {
      const own = i * width + d;
      const scaled = fround(limit32 * g[own]!);
      let stays = 0;
      let dpi = 0;
      for (let e = starts[i]!; e < starts[i + 1]!; e++) {
        const other = columns[e]! * width + d;
        const u = gate(p[own]!, q[other]!);
        stays = fround(stays + fround(stay[e]! * u));
        dx[other]! += fround(fround(move[e]! * u) * scaled);
        const difference = fround(fround(move[e]! * x[other]!) - fround(stay[e]! * x[own]!));
        const slope = fround(fround(difference * scaled) * fround(u * u));
        dpi = fround(dpi - fround(slope * q[other]!));
        dq[other]! -= fround(slope * p[own]!);
      }
      dx[own]! += fround(g[own]! - fround(stays * scaled));
      dp[own] = dpi;
    }
  }
}
