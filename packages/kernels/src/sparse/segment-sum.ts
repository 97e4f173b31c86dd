import type { Engine } from '../engine.ts';
import { checkEntries, checkSizes, checkWidth, rowCount } from './checks.ts';
import { rowEdges } from './edges.ts';
import type { SparseRows } from './sparse-rows.ts';

/** Of an entry, and of each of its numbers, on one thread. */
const NANOSECONDS = { entry: 2, number: 0.2 };

/** Row i of `out` ← Σ of the rows of x that are its entries, x being [entries, width] and out [rows, width]. */
export function segmentSum(engine: Engine, given: SparseRows, x: Float32Array, width: number, out: Float32Array): void {
  check('segmentSum', given, width, { entries: ['x', x], rows: ['out', out] });
  const { starts } = given;
  if (!engine.nativeFor(starts, x, out)) {
    out.fill(0);
    forEachNumber(given, width, (own, entry) => {
      out[own]! += x[entry]!;
    });
    return;
  }
  engine.run({
    ...workOf('segmentSum', given, width),
    args: (from, to) => [
      starts.byteOffset + 4 * from,
      to - from,
      width,
      x.byteOffset,
      out.byteOffset + 4 * from * width,
    ],
  });
}

/** The rows of `out` that are entries of row i ← row i of x, x being [rows, width] and out [entries, width]: the adjoint of `segmentSum`. */
export function segmentSpread(
  engine: Engine,
  given: SparseRows,
  x: Float32Array,
  width: number,
  out: Float32Array,
): void {
  check('segmentSpread', given, width, { entries: ['out', out], rows: ['x', x] });
  const { starts } = given;
  if (!engine.nativeFor(starts, x, out)) {
    forEachNumber(given, width, (own, entry) => {
      out[entry] = x[own]!;
    });
    return;
  }
  engine.run({
    ...workOf('segmentSpread', given, width),
    args: (from, to) => [
      starts.byteOffset + 4 * from,
      to - from,
      width,
      x.byteOffset + 4 * from * width,
      out.byteOffset,
    ],
  });
}

type Named = readonly [name: string, array: Float32Array];

function check(kernel: string, given: SparseRows, width: number, { entries, rows }: Record<'entries' | 'rows', Named>) {
  checkWidth(kernel, 'width', width);
  checkEntries(kernel, given);
  checkSizes(kernel, {
    [entries[0]]: [entries[1], given.columns.length * width],
    [rows[0]]: [rows[1], rowCount(given) * width],
  });
}

const workOf = <K extends 'segmentSum' | 'segmentSpread'>(kernel: K, rows: SparseRows, width: number) => ({
  ...{ kernel, items: rowCount(rows) },
  nanoseconds: rows.columns.length * (NANOSECONDS.entry + NANOSECONDS.number * width),
  edges: (parts: number) => rowEdges(rows.starts, parts),
});

/** Visits each number of each entry with the same in its row. */
function forEachNumber({ starts }: SparseRows, width: number, visit: (own: number, entry: number) => void): void {
  for (let i = 0; i + 1 < starts.length; i++) {
    for (let e = starts[i]!; e < starts[i + 1]!; e++) {
      for (let d = 0; d < width; d++) visit(i * width + d, e * width + d);
    }
  }
}
