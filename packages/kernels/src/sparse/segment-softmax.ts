import type { Engine } from '../engine.ts';
import { checkEntries, checkSizes, checkWidth, rowCount } from './checks.ts';
import { rowEdges } from './edges.ts';
import { decay } from './exponential-f32.ts';
import type { SparseRows } from './sparse-rows.ts';

/** Of an entry's head on one thread. */
const NANOSECONDS = { segmentSoftmax: 3, segmentSoftmaxBackward: 1.5 };

/** out ← the softmax of what the entries of a row have among each other, x and out being [entries, heads]. */
export function segmentSoftmax(engine: Engine, given: SparseRows, heads: number, x: Float32Array, out: Float32Array) {
  check('segmentSoftmax', given, heads, { x, out });
  const { starts } = given;
  if (!engine.nativeFor(starts, x, out)) {
    forEachHead(given, heads, (places) => softmaxScalar(places, x, out));
    return;
  }
  engine.run({
    ...workOf('segmentSoftmax', given, heads),
    args: (from, to) => [starts.byteOffset + 4 * from, to - from, heads, x.byteOffset, out.byteOffset],
  });
}

/** What the backward kernel reads and writes, all [entries, heads]. */
export interface SegmentSoftmaxGradients {
  /** The result of `segmentSoftmax`, and its cotangent. */
  readonly y: Float32Array;
  readonly g: Float32Array;
  readonly dx: Float32Array;
}

/** dx ← y (g − Σ y g) by row and head. */
export function segmentSoftmaxBackward(
  engine: Engine,
  given: SparseRows,
  heads: number,
  { y, g, dx }: SegmentSoftmaxGradients,
): void {
  check('segmentSoftmaxBackward', given, heads, { y, g, dx });
  const { starts } = given;
  if (!engine.nativeFor(starts, y, g, dx)) {
    forEachHead(given, heads, (places) => backwardScalar(places, y, g, dx));
    return;
  }
  engine.run({
    ...workOf('segmentSoftmaxBackward', given, heads),
    args: (from, to) => [starts.byteOffset + 4 * from, to - from, heads, y.byteOffset, g.byteOffset, dx.byteOffset],
  });
}

function check(kernel: string, rows: SparseRows, heads: number, arrays: Readonly<Record<string, Float32Array>>): void {
  checkWidth(kernel, 'number of heads', heads);
  checkEntries(kernel, rows);
  for (const [name, array] of Object.entries(arrays))
    checkSizes(kernel, { [name]: [array, rows.columns.length * heads] });
}

const workOf = <K extends keyof typeof NANOSECONDS>(kernel: K, { starts, columns }: SparseRows, heads: number) => ({
  ...{ kernel, items: rowCount({ starts, columns }) },
  nanoseconds: NANOSECONDS[kernel] * columns.length * heads,
  edges: (parts: number) => rowEdges(starts, parts),
});

/** Where a row's numbers of a head stand. */
interface Places {
  readonly from: number;
  readonly to: number;
  readonly heads: number;
}

function forEachHead({ starts }: SparseRows, heads: number, visit: (places: Places) => void): void {
  for (let i = 0; i + 1 < starts.length; i++) {
    const to = starts[i + 1]! * heads;
    for (let h = 0; h < heads; h++) visit({ from: starts[i]! * heads + h, to, heads });
  }
}

function softmaxScalar({ from, to, heads }: Places, x: Float32Array, out: Float32Array): void {
  let top = Number.NEGATIVE_INFINITY;
  for (let at = from; at < to; at += heads) top = Math.max(top, x[at]!);
  let total = 0;
  for (let at = from; at < to; at += heads) {
    out[at] = decay(Math.fround(x[at]! - top));
    total += out[at]!;
  }
  for (let at = from; at < to; at += heads) out[at]! /= Math.fround(total);
}

function backwardScalar({ from, to, heads }: Places, y: Float32Array, g: Float32Array, dx: Float32Array): void {
  let total = 0;
  for (let at = from; at < to; at += heads) total += y[at]! * g[at]!;
  for (let at = from; at < to; at += heads) dx[at] = y[at]! * (g[at]! - total);
}
