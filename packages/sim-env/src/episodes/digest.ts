/** 64 bits of a value, as two words. */
export type Digest = readonly [high: number, low: number];

/** One word, well mixed into a running one: a round of MurmurHash3 (Appleby, 2011), which is in the public domain. */
function round(running: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = running ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(running: number): number {
  let h = running;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** What kind of value follows, so that 1, "1", [1] and a typed array of 1 differ. */
const Tag = { none: 1, true: 2, false: 3, number: 4, bigint: 5, text: 6, list: 7, array: 8, record: 9, other: 10 };

/**
 * A digest of plain data (numbers, texts, arrays, typed arrays and records in one another) that two values share where they are the same to the bit, and hardly
 * ever else: −0 differs from 0, a Float32Array from a Float64Array. The order of a record's keys doesn't matter, and an undefined entry is as good as none. It is
 * no protection against somebody who looks for two values with one digest.
 */
export function digestOf(value: unknown): Digest {
  let [a, b] = [0x2f0b4c47, 0x51ed270b];
  const add = (word: number) => {
    a = round(a, word);
    b = round(b, word ^ a);
  };
  addValue(add, value, 0);
  return [finish(a), finish(b)];
}

export const sameDigest = (one: Digest, other: Digest): boolean => one[0] === other[0] && one[1] === other[1];

/** Deeper data is told apart down to here; it also ends what contains itself. */
const DEEPEST = 32;

const scratch = new DataView(new ArrayBuffer(8));

function addNumber(add: (word: number) => void, value: number): void {
  scratch.setFloat64(0, value);
  add(scratch.getInt32(0));
  add(scratch.getInt32(4));
}

function addText(add: (word: number) => void, text: string): void {
  add(text.length);
  for (let i = 0; i < text.length; i++) add(text.charCodeAt(i));
}

function addBytes(add: (word: number) => void, { buffer, byteOffset, byteLength }: ArrayBufferView): void {
  const view = new DataView(buffer, byteOffset, byteLength);
  let at = 0;
  for (; at + 4 <= byteLength; at += 4) add(view.getInt32(at, true));
  for (; at < byteLength; at++) add(view.getUint8(at));
}

function addValue(add: (word: number) => void, value: unknown, depth: number): void {
  if (value === undefined || value === null || depth > DEEPEST) {
    add(Tag.none);
  } else if (typeof value === 'boolean') {
    add(value ? Tag.true : Tag.false);
  } else if (typeof value === 'number') {
    add(Tag.number);
    addNumber(add, value);
  } else if (typeof value === 'bigint') {
    add(Tag.bigint);
    addText(add, value.toString());
  } else if (typeof value === 'string') {
    add(Tag.text);
    addText(add, value);
  } else if (ArrayBuffer.isView(value)) {
    add(Tag.array);
    addText(add, value.constructor.name);
    add(value.byteLength);
    addBytes(add, value);
  } else if (Array.isArray(value)) {
    add(Tag.list);
    add(value.length);
    for (const part of value) addValue(add, part, depth + 1);
  } else if (typeof value === 'object') {
    addRecord(add, value, depth);
  } else {
    // A function or a symbol, of which nothing can be compared.
    add(Tag.other);
  }
}

function addRecord(add: (word: number) => void, record: object, depth: number): void {
  const parts = Object.entries(record).filter(([, part]) => part !== undefined);
  add(Tag.record);
  add(parts.length);
  for (const [key, part] of parts.sort(([one], [other]) => (one < other ? -1 : 1))) {
    addText(add, key);
    addValue(add, part, depth + 1);
  }
}
