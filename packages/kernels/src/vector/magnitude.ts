import type { Engine } from '../engine.ts';
import { LINE } from '../line.ts';

/** Of an entry on one thread. */
const NANOSECONDS = 0.08;

/** The largest |x|; NaN if there is a NaN, 0 if there are no entries. */
export function maxAbs(engine: Engine, x: Float32Array): number {
  if (!engine.nativeFor(x)) return maxAbsScalar(x);
  return Math.max(
    ...engine.run({
      ...{ kernel: 'maxAbs', items: x.length, unit: LINE, nanoseconds: NANOSECONDS * x.length },
      args: (from, to) => [x.byteOffset + 4 * from, to - from],
    }),
  );
}

function maxAbsScalar(x: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i]!));
  return largest;
}

/** The index of the first NaN or infinity, or −1 if all are finite. */
export function firstNonFinite(engine: Engine, x: Float32Array): number {
  if (!engine.nativeFor(x)) return firstNonFiniteScalar(x);
  const [first = -1] = engine
    .run({
      ...{ kernel: 'firstNonFinite', items: x.length, unit: LINE, nanoseconds: NANOSECONDS * x.length },
      args: (from, to) => [x.byteOffset, from, to],
    })
    .filter((at) => at >= 0);
  return first;
}

function firstNonFiniteScalar(x: Float32Array): number {
  for (let i = 0; i < x.length; i++) if (!Number.isFinite(x[i]!)) return i;
  return -1;
}
