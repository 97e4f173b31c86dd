import { InputError } from '@unbraid/checks';
import { type Key, philox } from './philox.ts';

// The fourth word of the counter. Streams have 0 there, so a key made by a split is never part of a stream.
const BY_NUMBER = 1;
const BY_STRING = 2;

const CHUNK_BYTES = 8;

function byNumber(key: Key, label: number): Key {
  const [k0, k1] = philox([label >>> 0, Math.floor(label / 2 ** 32) >>> 0, 0, BY_NUMBER], key);
  return [k0, k1];
}

/** Eight bytes of UTF-8 at a time, each under the key that the last ones made; a chunk of fewer ends the string. */
function byString(key: Key, label: string): Key {
  const bytes = new TextEncoder().encode(label);
  const padded = new DataView(new ArrayBuffer(bytes.length + CHUNK_BYTES));
  new Uint8Array(padded.buffer).set(bytes);
  let [k0, k1] = key;
  for (let at = 0; at <= bytes.length; at += CHUNK_BYTES) {
    const length = Math.min(CHUNK_BYTES, bytes.length - at);
    [k0, k1] = philox([padded.getUint32(at, true), padded.getUint32(at + 4, true), length, BY_STRING], [k0, k1]);
  }
  return [k0, k1];
}

/**
 * The key of the stream called `label` under `key`, by Philox itself, so that keys of different labels are as unrelated
 * as its outputs. Two of 2³² labels share a key by chance; the number 1 and the string '1' are different labels.
 *
 * @throws InputError for a number that is not a safe integer
 */
export function splitKey(key: Key, label: string | number): Key {
  if (typeof label === 'string') return byString(key, label);
  if (!Number.isSafeInteger(label))
    throw new InputError('setting', `kernels: a label is a string or an integer, got ${label}`);
  return byNumber(key, label);
}
