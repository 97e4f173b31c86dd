import { InputError } from '@unbraid/checks';
import type { Engine } from '../engine.ts';
import { LINE } from '../line.ts';

/** Arrays of 4-byte entries, which rows are gathered from: features and labels alike. */
export type Words = Float32Array | Int32Array | Uint32Array;

/** Below this many entries a row is copied faster by a loop than by the call of a copy. */
const SHORT_ROW = 48;

/** Row r of `out` ← row indices[r] of `source`. */
export function gatherRows<A extends Words>(
  engine: Engine,
  out: A,
  source: A,
  width: number,
  indices: Int32Array,
): void {
  if (!(Number.isInteger(width) && width >= 1))
    throw new InputError('data', `kernels: gatherRows takes a width of at least 1, got ${width}`);
  const rows = source.length / width;
  if (!Number.isInteger(rows)) {
    throw new InputError(
      'data',
      `kernels: gatherRows: source has ${source.length} entries, which is not a whole number of rows of ${width}`,
    );
  }
  if (out.length !== indices.length * width) {
    throw new InputError(
      'data',
      `kernels: gatherRows: out has ${out.length} entries; ${indices.length} rows of ${width} take ${indices.length * width}`,
    );
  }
  const failed = engine.nativeFor(out, source, indices)
    ? gatherNative(engine, out, source, rows, width, indices)
    : gatherScalar(out, source, rows, width, indices);
  if (failed >= 0)
    throw new InputError(
      'data',
      `kernels: gatherRows: indices[${failed}] is ${indices[failed]}, but source has ${rows} rows`,
    );
}

/** On one thread: of a row, and of an entry. */
const NANOSECONDS = { row: 10, entry: 0.15 };

function gatherNative(engine: Engine, out: Words, source: Words, rows: number, width: number, indices: Int32Array) {
  const starts: number[] = [];
  const failed = engine.run({
    ...{ kernel: 'gatherRows', items: indices.length, unit: Math.ceil(LINE / width) },
    nanoseconds: indices.length * (NANOSECONDS.row + NANOSECONDS.entry * width),
    args(from, to) {
      starts.push(from);
      const target = out.byteOffset + 4 * from * width;
      return [target, source.byteOffset, rows, width, indices.byteOffset + 4 * from, to - from];
    },
  });
  const part = failed.findIndex((at) => at >= 0);
  return part < 0 ? -1 : starts[part]! + failed[part]!;
}

/** The position of the first index that is not that of a row, or −1. */
function gatherScalar(out: Words, source: Words, rows: number, width: number, indices: Int32Array): number {
  for (let r = 0; r < indices.length; r++) {
    const index = indices[r]!;
    if (index < 0 || index >= rows) return r;
    const to = r * width;
    const from = index * width;
    if (width < SHORT_ROW) for (let j = 0; j < width; j++) out[to + j] = source[from + j]!;
    else out.set(source.subarray(from, from + width), to);
  }
  return -1;
}
