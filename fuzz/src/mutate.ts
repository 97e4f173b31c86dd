import type { Random } from '@unbraid/kernels';

/** Changes bytes in one way; `others` are other valid examples to take pieces of. The argument is left as it is. */
type Mutator = (bytes: Uint8Array, random: Random, others: readonly Uint8Array[]) => Uint8Array;

const MUTATORS: readonly Mutator[] = [
  flipBits,
  setBytes,
  cutEnd,
  cutOut,
  splice,
  duplicateBlock,
  swapBlocks,
  editNumber,
  editNumber,
  editLength,
  editLength,
  insertToken,
  insertRun,
];

/** One to four mutations, one after the other; few more often than many. */
export function mutate(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  const count = 1 + Math.min(random.int(4), random.int(4));
  let mutated = bytes;
  for (let i = 0; i < count; i++) mutated = pick(MUTATORS, random)(mutated, random, others);
  return mutated;
}

export function pick<T>(items: readonly T[], random: Random): T {
  return items[random.int(items.length)]!;
}

/** Values that readers get wrong: the ends of integer types and what lies beyond them. */
const EDGES = [
  0n,
  1n,
  -1n,
  2n,
  0x7fn,
  0x80n,
  0xffn,
  0x7fffn,
  0xffffn,
  2n ** 24n + 1n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 45n,
  2n ** 53n + 1n,
  2n ** 63n - 1n,
  -(2n ** 63n),
] as const;

/** The same in text, and what isn't a number. */
const NUMBERS = [
  ...EDGES.map(String),
  '-0',
  '0.5',
  '1e400',
  '-1e400',
  '1e-400',
  '3.5e38',
  '00012',
  '1,5',
  '0x10',
  'NaN',
  'Infinity',
  'null',
  'true',
  '""',
  '[]',
  '{}',
  '4000000000',
  '9'.repeat(400),
  '',
];

const TOKENS = [
  '__proto__',
  'constructor',
  'toString',
  '../../secret',
  '\0',
  '\r',
  '\n',
  '\r\n',
  '\ufeff',
  '"',
  "'",
  ',',
  ';',
  '\t',
  ' ',
  '\u2028',
  '\ud83d\ude00',
  'NA',
  '-',
  '(',
  '{',
  ']',
];

/** Pieces that a slow reader takes quadratic time over, or a recursive one too deep a stack. */
const RUNS = ['1', '9', '0', '.', ' ', '\n', ',', '[', '(', '{"a":', '"', '\\', 'a', '(1,', '1 ', 'é', '\0', '\xff'];

function flipBits(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = bytes.slice();
  if (bytes.length === 0) return changed;
  const count = 1 + random.int(4);
  for (let i = 0; i < count; i++) changed[random.int(bytes.length)]! ^= 1 << random.int(8);
  return changed;
}

function setBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = bytes.slice();
  const [start, end] = stretch(bytes, random, 16);
  return changed.fill(pick([0, 0xff, 0x7f, 0x80, 0x20, random.int(256)], random), start, end);
}

function cutEnd(bytes: Uint8Array, random: Random): Uint8Array {
  return bytes.slice(0, random.int(bytes.length + 1));
}

function cutOut(bytes: Uint8Array, random: Random): Uint8Array {
  const [start, end] = stretch(bytes, random, Math.max(16, bytes.length >> 2));
  return joined(bytes.subarray(0, start), bytes.subarray(end));
}

/** The beginning of this one and the end of another. */
function splice(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  const other = others.length > 0 ? pick(others, random) : bytes;
  return joined(bytes.subarray(0, random.int(bytes.length + 1)), other.subarray(random.int(other.length + 1)));
}

function duplicateBlock(bytes: Uint8Array, random: Random): Uint8Array {
  const [start, end] = stretch(bytes, random, Math.max(16, bytes.length >> 1));
  const times = pick([1, 1, 1, 7, 100], random);
  const block = bytes.subarray(start, end);
  return joined(bytes.subarray(0, end), ...Array.from({ length: times }, () => block), bytes.subarray(end));
}

function swapBlocks(bytes: Uint8Array, random: Random): Uint8Array {
  const [a, b, c] = [0, 0, 0].map(() => random.int(bytes.length + 1)).sort((x, y) => x - y) as [number, number, number];
  return joined(bytes.subarray(0, a), bytes.subarray(b, c), bytes.subarray(a, b), bytes.subarray(c));
}

/** Replaces a number that stands in text. */
function editNumber(bytes: Uint8Array, random: Random): Uint8Array {
  const places = digitRuns(bytes);
  if (places.length === 0) return editLength(bytes, random);
  const [start, end] = pick(places, random);
  return joined(bytes.subarray(0, start), text(pick(NUMBERS, random)), bytes.subarray(end));
}

/** Changes an integer of 1, 2, 4 or 8 bytes, in either order, to an edge or to nearly what it was. */
function editLength(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = bytes.slice();
  const view = new DataView(changed.buffer);
  const width = pick([1, 2, 4, 4, 8], random);
  if (bytes.length < width) return changed;
  const at = random.int(bytes.length - width + 1);
  const little = random.int(2) === 0;
  const padded = new DataView(new ArrayBuffer(8));
  for (let k = 0; k < width; k++) padded.setUint8(k, view.getUint8(at + (little ? k : width - 1 - k)));
  const old = padded.getBigUint64(0, true);
  const near = [old + 1n, old - 1n, old * 2n, old << 8n, BigInt(bytes.length), BigInt(bytes.length - at)];
  padded.setBigUint64(0, BigInt.asUintN(64, pick([...EDGES, ...near, ...near], random)), true);
  for (let k = 0; k < width; k++) view.setUint8(at + (little ? k : width - 1 - k), padded.getUint8(k));
  return changed;
}

function insertToken(bytes: Uint8Array, random: Random): Uint8Array {
  return inserted(bytes, text(pick(TOKENS, random)), random);
}

function insertRun(bytes: Uint8Array, random: Random): Uint8Array {
  const piece = pick(RUNS, random);
  const times = pick([20, 400, 20_000, 60_000], random);
  return inserted(bytes, text(piece.repeat(times)), random);
}

/** Often beside a digit, where a longer number is still one. */
function inserted(bytes: Uint8Array, piece: Uint8Array, random: Random): Uint8Array {
  const places = random.int(2) === 0 ? digitRuns(bytes) : [];
  const at = places.length > 0 ? pick(places, random)[random.int(2)]! : random.int(bytes.length + 1);
  return joined(bytes.subarray(0, at), piece, bytes.subarray(at));
}

/** A stretch of at most `limit` bytes. */
function stretch(bytes: Uint8Array, random: Random, limit: number): [number, number] {
  const start = random.int(bytes.length + 1);
  return [start, Math.min(bytes.length, start + 1 + random.int(limit))];
}

/** Where runs of digits stand: their first byte and the one behind them. */
function digitRuns(bytes: Uint8Array): [number, number][] {
  const runs: [number, number][] = [];
  for (let i = 0; i < bytes.length; i++) {
    if (!isDigit(bytes[i]!)) continue;
    const start = i;
    while (i < bytes.length && isDigit(bytes[i]!)) i++;
    runs.push([start, i]);
  }
  return runs;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
