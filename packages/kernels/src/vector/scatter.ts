import { InputError } from '@unbraid/checks';
import type { Engine } from '../engine.ts';
import { LINE } from '../line.ts';
import { fill } from './elementwise.ts';

/** On one thread: of a row, and of an entry. */
const NANOSECONDS = { row: 10, entry: 0.3 };

/** Every row of `out` ← the sum of the rows of `updates` whose index it is. */
export function scatterRows(
  engine: Engine,
  out: Float32Array,
  updates: Float32Array,
  width: number,
  indices: Int32Array,
): void {
  const rows = out.length / width;
  if (!Number.isInteger(rows) || updates.length !== indices.length * width) {
    throw new InputError(
      'data',
      `kernels: scatterRows: out has ${out.length} entries, updates ${updates.length}; rows of ${width} are needed, ${indices.length} of updates`,
    );
  }
  const failed = firstOutside(indices, rows);
  if (failed >= 0)
    throw new InputError(
      'data',
      `kernels: scatterRows: indices[${failed}] is ${indices[failed]}, but out has ${rows} rows`,
    );
  fill(engine, out, 0);
  if (!engine.nativeFor(out, updates, indices)) {
    for (const [r, index] of indices.entries())
      for (let j = 0; j < width; j++) out[index * width + j] = out[index * width + j]! + updates[r * width + j]!;
    return;
  }
  // Threads take columns: rows may meet.
  engine.run({
    ...{ kernel: 'scatterRows', items: width, unit: LINE },
    nanoseconds: indices.length * (NANOSECONDS.row + NANOSECONDS.entry * width),
    args: (first, last) => {
      return [out.byteOffset, updates.byteOffset, width, indices.byteOffset, indices.length, first, last];
    },
  });
}

/** The position of the first index that is not that of a row, or −1. */
function firstOutside(indices: Int32Array, rows: number): number {
  for (let r = 0; r < indices.length; r++) if (indices[r]! < 0 || indices[r]! >= rows) return r;
  return -1;
}
