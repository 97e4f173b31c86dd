import { InputError } from '@unbraid/checks';
import type { Engine } from '../engine.ts';
import { LINE } from '../line.ts';

/** Which entries are kept, and what they are multiplied by. */
export interface Dropout {
  /** Keys of the hash of an entry's number, 32 bits each. */
  readonly keys: readonly [first: number, second: number];
  /** How many of the 65536 values of 16 bits keep an entry. */
  readonly kept: number;
  readonly scale: number;
}

export function dropout(engine: Engine, x: Float32Array, given: Dropout, out: Float32Array): void {
  if (x.length !== out.length)
    throw new InputError('data', `kernels: dropout: x has ${x.length} entries, out has ${out.length}`);
  const { keys, kept, scale } = given;
  if (!engine.nativeFor(x, out)) {
    dropoutScalar(x, given, out);
    return;
  }
  engine.run({
    ...{ kernel: 'dropout', items: Math.ceil(x.length / 2), unit: LINE, nanoseconds: NANOSECONDS * x.length },
    args: (from, to) => {
      return [x.byteOffset, x.length, from, to, keys[0] | 0, keys[1] | 0, 65536 - kept, scale, out.byteOffset];
    },
  });
}

/** Of an entry on one thread. */
const NANOSECONDS = 0.6;

function dropoutScalar(x: Float32Array, { keys: [first, second], kept, scale }: Dropout, out: Float32Array): void {
  const words = Math.ceil(x.length / 2);
  const factor = Math.fround(scale);
  const write = (i: number, half: number) => {
    out[i] = x[i]! * (half >= 65536 - kept ? factor : 0);
  };
  for (let w = 0; w < words; w++) {
    const word = hash(w, first, second);
    write(w, word & 0xffff);
    if (words + w < x.length) write(words + w, word >>> 16);
  }
}

/** The rounds of `lowbias32` (Chris Wellons, hash-prospector, 2018) with a key before each: that of `bernoulliMask` in @unbraid/graph. */
function hash(counter: number, first: number, second: number): number {
  const keyed = (counter ^ first) >>> 0;
  const upper = Math.imul(keyed ^ (keyed >>> 16), 0x7feb352d) >>> 0;
  const lower = Math.imul(upper ^ (upper >>> 15) ^ second, 0x846ca68b) >>> 0;
  return (lower ^ (lower >>> 16)) >>> 0;
}
