import type { Engine } from '../engine.ts';
import { LINE } from '../line.ts';
import { fill } from '../vector/elementwise.ts';
import { checkColumns, checkSizes, checkWidth, rowCount } from './checks.ts';
import { rowEdges } from './edges.ts';
import type { SparseRows } from './sparse-rows.ts';

/** What the largest is taken of: of `entries`, x being [entries, width], or of what the entries' `columns` have, x being [columns, width]. */
export interface SegmentMax extends SparseRows {
  readonly of: 'entries' | 'columns';
  readonly width: number;
  readonly x: Float32Array;
}

/** What the backward kernel reads and writes beside `SegmentMax`. */
export interface SegmentMaxGradients {
  /** The result of `segmentMax`, and its cotangent, [rows, width]. */
  readonly y: Float32Array;
  readonly g: Float32Array;
  /** As x. */
  readonly dx: Float32Array;
}

/** Of a number of an entry on one thread. */
const NANOSECONDS = { segmentMax: 0.15, segmentMaxBackward: 0.6 };

/** Row i of `out` ← the largest of what its entries have or read, column by column: NaN where one is, zeros for rows without entries. */
export function segmentMax(engine: Engine, given: SegmentMax, out: Float32Array): void {
  check('segmentMax', given, { out });
  const { starts, columns, width, x } = given;
  if (!engine.nativeFor(starts, columns, x, out)) {
    largestScalar(given, out);
    return;
  }
  engine.run({
    ...{ kernel: 'segmentMax', items: rowCount(given), edges: (parts) => rowEdges(starts, parts) },
    nanoseconds: NANOSECONDS.segmentMax * columns.length * width,
    args(from, to) {
      const tables = [starts.byteOffset + 4 * from, columns.byteOffset, byEntry(given)] as const;
      return [...tables, to - from, width, x.byteOffset, out.byteOffset + 4 * from * width];
    },
  });
}

/** dx ← the cotangent of x: that of each largest number goes to where it is, in equal parts where several are as large. */
export function segmentMaxBackward(engine: Engine, given: SegmentMax, { y, g, dx }: SegmentMaxGradients): void {
  check('segmentMaxBackward', given, { y, g });
  const { starts, columns, width, x } = given;
  checkSizes('segmentMaxBackward', { dx: [dx, x.length] });
  fill(engine, dx, 0);
  if (!engine.nativeFor(starts, columns, x, y, g, dx)) {
    backwardScalar(given, { y, g, dx });
    return;
  }
  const tables = [starts.byteOffset, columns.byteOffset, byEntry(given), rowCount(given), width] as const;
  const places = [x.byteOffset, y.byteOffset, g.byteOffset, dx.byteOffset] as const;
  // Threads take features: rows meet in what their entries read.
  engine.run({
    ...{ kernel: 'segmentMaxBackward', items: width, unit: LINE },
    nanoseconds: NANOSECONDS.segmentMaxBackward * columns.length * width,
    args: (first, last) => [...tables, first, last, ...places],
  });
}

const byEntry = ({ of }: SegmentMax): number => Number(of === 'entries');

function check(kernel: string, given: SegmentMax, ofRows: Readonly<Record<string, Float32Array>>): void {
  const { of, columns, width, x } = given;
  checkWidth(kernel, 'width', width);
  checkColumns(kernel, given, of === 'columns' ? x.length / width : Number.MAX_SAFE_INTEGER);
  if (of === 'entries') checkSizes(kernel, { x: [x, columns.length * width] });
  for (const [name, array] of Object.entries(ofRows)) checkSizes(kernel, { [name]: [array, rowCount(given) * width] });
}

/** Where the numbers begin that an entry reads. */
const placeOf = ({ of, columns, width }: SegmentMax, e: number): number => (of === 'entries' ? e : columns[e]!) * width;

function largestScalar(given: SegmentMax, out: Float32Array): void {
  const { starts, width, x } = given;
  for (let i = 0; i + 1 < starts.length; i++) {
    const [from, to, own] = [starts[i]!, starts[i + 1]!, i * width];
    out.fill(from < to ? Number.NEGATIVE_INFINITY : 0, own, own + width);
    for (let e = from; e < to; e++) {
      const other = placeOf(given, e);
      for (let d = 0; d < width; d++) out[own + d] = Math.max(out[own + d]!, x[other + d]!);
    }
  }
}

function backwardScalar(given: SegmentMax, { y, g, dx }: SegmentMaxGradients): void {
  const { starts, width, x } = given;
  const ties = new Int32Array(width);
  for (let i = 0; i + 1 < starts.length; i++) {
    const [from, to, own] = [starts[i]!, starts[i + 1]!, i * width];
    ties.fill(0);
    for (let e = from; e < to; e++) {
      const other = placeOf(given, e);
      for (let d = 0; d < width; d++) if (x[other + d] === y[own + d]) ties[d]!++;
    }
    for (let e = from; e < to; e++) {
      const other = placeOf(given, e);
      for (let d = 0; d < width; d++)
        if (x[other + d] === y[own + d]) dx[other + d]! += Math.fround(g[own + d]! / ties[d]!);
    }
  }
}
