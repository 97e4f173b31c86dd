import { checkLengths } from '../check-lengths.ts';
import type { Engine } from '../engine.ts';
import { LINE } from '../line.ts';
import { checkSizes, checkWidth } from '../sparse/checks.ts';

/** Of a number on one thread. */
const NANOSECONDS = 0.4;

/** Row r of `out` ← factors[r] · row r of x, rows of `width` numbers. */
export function scaleRows(
  engine: Engine,
  x: Float32Array,
  factors: Float32Array,
  width: number,
  out: Float32Array,
): void {
  checkWidth('scaleRows', 'width', width);
  checkLengths('scaleRows', { x, out });
  const rows = factors.length;
  checkSizes('scaleRows', { x: [x, rows * width] });
  if (!engine.nativeFor(x, factors, out)) {
    for (let r = 0; r < rows; r++) for (let at = r * width; at < (r + 1) * width; at++) out[at] = factors[r]! * x[at]!;
    return;
  }
  engine.run({
    ...{ kernel: 'scaleRows', items: rows, unit: Math.ceil(LINE / width), nanoseconds: NANOSECONDS * x.length },
    args(from, to) {
      const own = 4 * from * width;
      return [x.byteOffset + own, factors.byteOffset + 4 * from, to - from, width, out.byteOffset + own];
    },
  });
}
