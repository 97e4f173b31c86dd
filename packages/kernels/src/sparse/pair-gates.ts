import { InputError } from '@unbraid/checks';
import type { Engine } from '../engine.ts';
import type { WasmExports } from '../wasm/exports.ts';
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
  /** Room for at least `pairGatesRoom` numbers, whose content is of no use afterwards. */
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

/** Parts begin at multiples of so many features: those of a vector. */
const BLOCK = 4;

/**
 * The most features of a part, by which it fits into its room. The kernels copy what they need of a node into one run: two arrays forward, four
 * backward.
 */
const MOST_FEATURES = { pairGates: 32, pairGatesBackward: 16 };

/** Numbers of room for a node and a block of the backward kernel. */
const ROOM_FOR_BLOCK = 16;

/** Blocks of a part, of which there are as many as threads or a multiple. */
function blocksOfPart(engine: Engine, kernel: keyof typeof MOST_FEATURES, width: number): number {
  const rounds = Math.ceil(width / MOST_FEATURES[kernel] / engine.threads);
  return Math.ceil(width / BLOCK / (engine.threads * rounds));
}

/** Numbers of room that the kernels need for so many nodes. */
export const pairGatesRoom = (engine: Engine, nodes: number, width: number): number =>
  engine.threads * nodes * blocksOfPart(engine, 'pairGatesBackward', width) * ROOM_FOR_BLOCK;

/** Runs a kernel for parts of the features: for each there is a walk over all entries, and nothing that two of them write. */
function runParts<K extends keyof typeof MOST_FEATURES>(
  engine: Engine,
  kernel: K,
  { columns, width, roots }: PairGates,
  args: (first: number, last: number) => Parameters<WasmExports[K]>,
): void {
  const features = BLOCK * blocksOfPart(engine, kernel, width);
  const edges = Array.from({ length: Math.ceil(width / features) + 1 }, (_, i) => Math.min(width, features * i));
  engine.run({
    ...{ kernel, items: width, edges: () => edges, args },
    nanoseconds: NANOSECONDS[kernel] * (columns.length + 2 * roots.length) * width,
    scratch: {
      argument: kernel === 'pairGates' ? 14 : 17,
      bytes: (4 * pairGatesRoom(engine, roots.length, width)) / engine.threads,
    },
  });
}

/** Of an edge's feature on one thread. */
const NANOSECONDS = { pairGates: 0.4, pairGatesBackward: 0.8 };

export function pairGates(engine: Engine, gates: PairGates, out: Float32Array): void {
  check('pairGates', engine, gates, { out });
  const { starts, columns, values, roots, width, limit, x, a, b, room } = gates;
  if (!engine.nativeFor(starts, columns, values, roots, x, a, b, out, room)) {
    gatesScalar(gates, out);
    return;
  }
  const edges = edgesOf(gates);
  const operands = [x.byteOffset, a.byteOffset, b.byteOffset, limit] as const;
  runParts(engine, 'pairGates', gates, (first, last) => {
    return [...edges, width, first, last, ...operands, out.byteOffset, room.byteOffset];
  });
}

export function pairGatesBackward(engine: Engine, gates: PairGates, gradients: PairGatesGradients): void {
  const { g, dx, da, db } = gradients;
  check('pairGatesBackward', engine, gates, { g, dx, da, db });
  const { starts, columns, values, roots, width, limit, x, a, b, room } = gates;
  if (!engine.nativeFor(starts, columns, values, roots, x, a, b, room, g, dx, da, db)) {
    backwardScalar(gates, gradients);
    return;
  }
  const edges = edgesOf(gates);
  const operands = [x.byteOffset, a.byteOffset, b.byteOffset, limit] as const;
  const places = [g.byteOffset, dx.byteOffset, da.byteOffset, db.byteOffset, room.byteOffset] as const;
  runParts(engine, 'pairGatesBackward', gates, (first, last) => [...edges, width, first, last, ...operands, ...places]);
}

const edgesOf = (gates: PairGates) => {
  const { starts, columns, values, roots } = gates;
  const places = [starts.byteOffset, columns.byteOffset, values.byteOffset] as const;
  return [...places, maskOf(gates), roots.byteOffset, rowCount(gates)] as const;
};

/** Taken of an edge's place before its value is read: nothing is left of it where one value is that of all. */
const maskOf = ({ columns, values }: PairGates): number => (values.length === columns.length ? -1 : 0);

function check(kernel: string, engine: Engine, gates: PairGates, others: Readonly<Record<string, Float32Array>>): void {
  const { columns, values, roots, width, x, a, b, room } = gates;
  checkWidth(kernel, 'width', width);
  const size = rowCount(gates) * width;
  checkColumns(kernel, gates, rowCount(gates));
  checkSizes(kernel, { roots: [roots, rowCount(gates)] });
  const needed = pairGatesRoom(engine, rowCount(gates), width);
  if (room.length < needed)
    throw new InputError(
      'data',
      `kernels: ${kernel}: room has ${room.length} entries, ${needed} are needed (pairGatesRoom)`,
    );
  if (values.length !== 1) checkSizes(kernel, { values: [values, columns.length] });
  for (const [name, array] of Object.entries({ x, a, b, ...others })) checkSizes(kernel, { [name]: [array, size] });
}

const { fround } = Math;

const gate = (p: number, q: number): number => fround(1 / fround(1 + fround(p * q)));

/** e^−b and x / roots. */
function prepare({ roots, width, x, b }: PairGates) {
  const [q, y] = [new Float32Array(x.length), new Float32Array(x.length)];
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
