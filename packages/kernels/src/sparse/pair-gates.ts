import type { Engine } from '../engine.ts';
import { checkSizes, checkWidth, rowCount } from './checks.ts';
import type { SparseRows } from './sparse-rows.ts';

/** A gated sum over edges. `values` has a number for each edge, `roots` a positive one for each node; x, p and q are [nodes, width]. */
export interface PairGates extends SparseRows {
  readonly values: Float32Array;
  readonly roots: Float32Array;
  readonly width: number;
  readonly limit: number;
  readonly x: Float32Array;
  /** Room for [nodes, width], whose content is of no use afterwards. */
  readonly y: Float32Array;
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
  const { starts, columns, values, roots, width, limit, x, y, p, q } = gates;
  const wasm = engine.nativeFor(starts, columns, values, roots, x, y, p, q, out);
  if (!wasm) {
    gatesScalar(gates, out);
    return;
  }
  const [s, c, v, r] = [starts.byteOffset, columns.byteOffset, values.byteOffset, roots.byteOffset];
  const [xAt, yAt, pAt, qAt] = [x.byteOffset, y.byteOffset, p.byteOffset, q.byteOffset];
  wasm.pairGates(s, c, v, r, rowCount(gates), width, xAt, yAt, pAt, qAt, limit, out.byteOffset);
}

export function pairGatesBackward(engine: Engine, gates: PairGates, { g, dx, dp, dq }: PairGatesGradients): void {
  check('pairGatesBackward', gates, { g, dx, dp, dq });
  const { starts, columns, values, roots, width, limit, x, y, p, q } = gates;
  const wasm = engine.nativeFor(starts, columns, values, roots, x, y, p, q, g, dx, dp, dq);
  dx.fill(0);
  dq.fill(0);
  if (!wasm) {
    backwardScalar(gates, { g, dx, dp, dq });
    return;
  }
  const [s, c, v, r] = [starts.byteOffset, columns.byteOffset, values.byteOffset, roots.byteOffset];
  const [gAt, dxAt, dpAt, dqAt] = [g.byteOffset, dx.byteOffset, dp.byteOffset, dq.byteOffset];
  const [xAt, yAt, pAt, qAt] = [x.byteOffset, y.byteOffset, p.byteOffset, q.byteOffset];
  wasm.pairGatesBackward(s, c, v, r, rowCount(gates), width, xAt, yAt, pAt, qAt, limit, gAt, dxAt, dpAt, dqAt);
}

function check(kernel: string, gates: PairGates, others: Readonly<Record<string, Float32Array>>): void {
  const { columns, values, roots, width, x, y, p, q } = gates;
  checkWidth(kernel, 'width', width);
  const size = rowCount(gates) * width;
  checkSizes(kernel, { values: [values, columns.length], roots: [roots, rowCount(gates)] });
  for (const [name, array] of Object.entries({ x, y, p, q, ...others })) checkSizes(kernel, { [name]: [array, size] });
}

const { fround } = Math;

const gate = (p: number, q: number): number => fround(1 / fround(1 + fround(p * q)));

/** y ← x / roots, row by row. */
function divideRows({ roots, width, x, y }: PairGates): void {
  roots.forEach((root, i) => {
    const inverse = fround(1 / root);
    for (let at = i * width; at < (i + 1) * width; at++) y[at] = x[at]! * inverse;
  });
}

function gatesScalar(gates: PairGates, out: Float32Array): void {
  divideRows(gates);
  const { starts, columns, values, width, limit, x, y, p, q } = gates;
  const limit32 = fround(limit);
  for (let i = 0; i + 1 < starts.length; i++) {
    for (let d = 0; d < width; d++) {
      const own = i * width + d;
      let stays = 0;
      let moves = 0;
      for (let e = starts[i]!; e < starts[i + 1]!; e++) {
        const other = columns[e]! * width + d;
        const t = fround(values[e]! * gate(p[own]!, q[other]!));
        stays = fround(stays + t);
        moves = fround(moves + fround(t * y[other]!));
      }
      out[own] = x[own]! - fround(limit32 * fround(fround(stays * y[own]!) - moves));
    }
  }
}

function backwardScalar(gates: PairGates, { g, dx, dp, dq }: PairGatesGradients): void {
  divideRows(gates);
  const { starts, columns, values, roots, width, limit, y, p, q } = gates;
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
        const t = fround(fround(values[e]! * u) * scaled);
        stays = fround(stays + t);
        dx[other]! += t;
        const slope = fround(fround(fround(y[other]! - y[own]!) * t) * u);
        dpi = fround(dpi - fround(slope * q[other]!));
        dq[other]! -= fround(slope * p[own]!);
      }
      dx[own]! -= stays;
      dp[own] = dpi;
    }
  }
  roots.forEach((root, i) => {
    const inverse = fround(1 / root);
    for (let at = i * width; at < (i + 1) * width; at++) dx[at] = fround(dx[at]! * inverse) + g[at]!;
  });
}
