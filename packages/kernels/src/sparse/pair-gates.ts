import type { Engine } from '../engine.ts';
import { checkColumns, checkSizes, checkWidth, rowCount } from './checks.ts';
import { gateFactor, gateFactorBackward } from './gate-factors.ts';
import type { SparseRows } from './sparse-rows.ts';

/** A gated sum over edges. `values` has a number for each edge or one for all, `roots` a positive one for each node; x, a and b are [nodes, width]. */
export interface PairGates extends SparseRows {
  readonly values: Float32Array;
  readonly roots: Float32Array;
  readonly width: number;
  readonly limit: number;
  readonly x: Float32Array;
  readonly a: Float32Array;
  readonly b: Float32Array;
  /** Room for twice [nodes, width] and a row more, whose content is of no use afterwards. */
  readonly room: Float32Array;
}

/** What the backward kernel reads and writes beside `PairGates`, all [nodes, width]. */
export interface PairGatesGradients {
  /** The cotangent of the result. */
  readonly g: Float32Array;
  readonly dx: Float32Array;
  readonly da: Float32Array;
  readonly db: Float32Array;
}

export function pairGates(engine: Engine, gates: PairGates, out: Float32Array): void {
  check('pairGates', gates, { out });
  const { starts, columns, values, roots, width, limit, x, a, b, room } = gates;
  const [rows, mask] = [rowCount(gates), maskOf(gates)];
  const done = engine.perform({
    kernel: 'pairGates',
    width,
    work: WORK * columns.length,
    tables: [starts, columns, values, roots],
    operands: [x, a, b],
    room,
    results: [out],
    args: ([s, c, v, r, x, a, b, q, out], width) => {
      return [s!, c!, v!, mask, r!, rows, width, x!, a!, b!, ...rooms(q!, rows * width), limit, out!];
    },
  });
  if (!done) gatesScalar(gates, out);
}

export function pairGatesBackward(engine: Engine, gates: PairGates, gradients: PairGatesGradients): void {
  const { g, dx, da, db } = gradients;
  check('pairGatesBackward', gates, { g, dx, da, db });
  const { starts, columns, values, roots, width, limit, x, a, b, room } = gates;
  const [rows, mask] = [rowCount(gates), maskOf(gates)];
  const done = engine.perform({
    kernel: 'pairGatesBackward',
    width,
    work: 2 * WORK * columns.length,
    tables: [starts, columns, values, roots],
    operands: [x, a, b, g],
    room,
    results: [dx, da, db],
    args: ([s, c, v, r, x, a, b, g, q, dx, da, db], width) => {
      return [s!, c!, v!, mask, r!, rows, width, x!, a!, b!, ...rooms(q!, rows * width), limit, g!, dx!, da!, db!];
    },
  });
  if (!done) backwardScalar(gates, gradients);
}

/** Addresses of two arrays of `size` float32 one after another, and of what comes after them. */
const rooms = (address: number, size: number) => [address, address + 4 * size, address + 8 * size] as const;

/** Taken of an edge's place before its value is read: nothing is left of it where one value is that of all. */
const maskOf = ({ columns, values }: PairGates): number => (values.length === columns.length ? -1 : 0);

/** An edge's gate takes about as long as four multiply-adds. */
const WORK = 4;

function check(kernel: string, gates: PairGates, others: Readonly<Record<string, Float32Array>>): void {
  const { columns, values, roots, width, x, a, b, room } = gates;
  checkWidth(kernel, 'width', width);
  const size = rowCount(gates) * width;
  checkColumns(kernel, gates, rowCount(gates));
  checkSizes(kernel, { roots: [roots, rowCount(gates)], room: [room, 2 * size + width] });
  if (values.length !== 1) checkSizes(kernel, { values: [values, columns.length] });
  for (const [name, array] of Object.entries({ x, a, b, ...others })) checkSizes(kernel, { [name]: [array, size] });
}

const { fround } = Math;

const gate = (p: number, q: number): number => fround(1 / fround(1 + fround(p * q)));

/** The room: e^−b, and x / roots, row by row. */
function prepare({ roots, width, x, b, room }: PairGates) {
  const [q, y] = [room.subarray(0, x.length), room.subarray(x.length, 2 * x.length)];
  roots.forEach((root, i) => {
    const inverse = fround(1 / root);
    for (let at = i * width; at < (i + 1) * width; at++) {
      q[at] = gateFactor(b[at]!);
      y[at] = x[at]! * inverse;
    }
  });
  return { q, y };
}

function gatesScalar(gates: PairGates, out: Float32Array): void {
  const { q, y } = prepare(gates);
  const { starts, columns, values, roots, width, limit, x, a } = gates;
  const mask = maskOf(gates);
  for (let i = 0; i + 1 < starts.length; i++) {
    const limit32 = fround(fround(limit) * fround(1 / roots[i]!));
    for (let d = 0; d < width; d++) {
      const own = i * width + d;
      const pi = gateFactor(a[own]!);
      let stays = 0;
      let moves = 0;
      for (let e = starts[i]!; e < starts[i + 1]!; e++) {
        const other = columns[e]! * width + d;
        const t = fround(values[e & mask]! * gate(pi, q[other]!));
        stays = fround(stays + t);
        moves = fround(moves + fround(t * y[other]!));
      }
      out[own] = x[own]! - fround(limit32 * fround(fround(stays * y[own]!) - moves));
    }
  }
}

function backwardScalar(gates: PairGates, { g, dx, da, db }: PairGatesGradients): void {
  const { q, y } = prepare(gates);
  const { starts, columns, values, roots, width, limit, a, b } = gates;
  const mask = maskOf(gates);
  dx.fill(0);
  db.fill(0);
  for (let i = 0; i + 1 < starts.length; i++) {
    const limit32 = fround(fround(limit) * fround(1 / roots[i]!));
    for (let d = 0; d < width; d++) {
      const own = i * width + d;
      const pi = gateFactor(a[own]!);
      const scaled = fround(limit32 * g[own]!);
      let stays = 0;
      let dpi = 0;
      for (let e = starts[i]!; e < starts[i + 1]!; e++) {
        const other = columns[e]! * width + d;
        const u = gate(pi, q[other]!);
        const t = fround(fround(values[e & mask]! * u) * scaled);
        stays = fround(stays + t);
        dx[other]! += t;
        const slope = fround(fround(fround(y[other]! - y[own]!) * t) * u);
        dpi = fround(dpi - fround(slope * q[other]!));
        db[other]! -= fround(slope * pi);
      }
      dx[own]! -= stays;
      da[own] = gateFactorBackward(a[own]!, pi, dpi);
    }
  }
  roots.forEach((root, i) => {
    const inverse = fround(1 / root);
    for (let at = i * width; at < (i + 1) * width; at++) {
      dx[at] = fround(dx[at]! * inverse) + g[at]!;
      db[at] = gateFactorBackward(b[at]!, q[at]!, db[at]!);
    }
  });
}
