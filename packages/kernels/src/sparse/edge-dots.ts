import type { Engine } from '../engine.ts';
import { checkColumns, checkSizes, checkWidth, rowCount } from './checks.ts';
import { dotRows } from './dot-rows.ts';
import { rowEdges } from './edges.ts';
import type { SparseRows } from './sparse-rows.ts';

/** Products of rows at both ends of entries. q is [rows, width], k [columns, width], `heads` runs of numbers each. */
export interface EdgeDots extends SparseRows {
  readonly heads: number;
  /** Numbers of a row, a multiple of `heads`. */
  readonly width: number;
  readonly q: Float32Array;
  readonly k: Float32Array;
}

/** Of a multiply-add on one thread, and of a sum. */
const NANOSECONDS = { product: 0.12, sum: 0.5 };

/** out[e, h] ← head h of q_i · head h of k_j for each entry e = (i, j). */
export function edgeDots(engine: Engine, given: EdgeDots, out: Float32Array): void {
  const { starts, columns, heads, width, q, k } = given;
  checkWidth('edgeDots', 'number of heads', heads);
  checkWidth('edgeDots', 'width of a head', width / heads);
  checkColumns('edgeDots', given, k.length / width);
  checkSizes('edgeDots', { q: [q, rowCount(given) * width], out: [out, columns.length * heads] });
  if (!engine.nativeFor(starts, columns, q, k, out)) {
    dotsScalar(given, out);
    return;
  }
  engine.run({
    ...{ kernel: 'edgeDots', items: rowCount(given) },
    nanoseconds: columns.length * (NANOSECONDS.product * width + NANOSECONDS.sum * heads),
    edges: (parts) => rowEdges(starts, parts),
    args: (from, to) => {
      const [rows, own] = [starts.byteOffset + 4 * from, q.byteOffset + 4 * from * width];
      return [rows, columns.byteOffset, to - from, heads, width / heads, own, k.byteOffset, out.byteOffset];
    },
  });
}

function dotsScalar({ starts, columns, heads, width, q, k }: EdgeDots, out: Float32Array): void {
  const run = width / heads;
  for (let i = 0; i + 1 < starts.length; i++) {
    for (let e = starts[i]!; e < starts[i + 1]!; e++) {
      for (let h = 0; h < heads; h++)
        out[e * heads + h] = dotRows(q, i * width + h * run, k, columns[e]! * width + h * run, run);
    }
  }
}
