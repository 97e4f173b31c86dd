import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { InputError } from '@unbraid/checks';
import type { MetricInfo, Scalar } from '../api.ts';
import { writeCacheFile } from '../runs/cached-text.ts';
import type { Points } from './curves.ts';
import { firstAbove, firstNotBelow } from './sample.ts';
import { bytesAt } from './tail.ts';

/**
 * Curves of a run and their levels, as a file: a line of JSON that says where they are, and float64 numbers. A level holds the x of its points, then their y. The finest level is the curve itself;
 * all others stand before all curves, so that what is shown first is read at once.
 */
const MAGIC = 'unbraid levels 1';
/** Where a level is. */
export interface StoredLevel {
  readonly points: number;
  /** Of the part behind the first line, in bytes. */
  readonly at: number;
  readonly crc: number;
}

/** A curve's levels, the coarsest first; the last is the curve itself. */
export interface StoredCurve {
  readonly key: Readonly<Record<string, Scalar>>;
  readonly levels: readonly StoredLevel[];
}

export interface StoredMetric {
  readonly info: MetricInfo;
  readonly curves: readonly StoredCurve[];
  readonly leftOut: number;
}

/** What the first line says. */
export interface LevelHead {
  /** Of the files that the curves were read from. */
  readonly stamp: string;
  readonly lines: number;
  readonly offset: number;
  readonly metrics: readonly StoredMetric[];
  /** Of the part behind. */
  readonly bytes: number;
}

/** What is to be stored. */
export interface LevelContent extends Omit<LevelHead, 'metrics' | 'bytes'> {
  readonly metrics: readonly {
    readonly info: MetricInfo;
    readonly leftOut: number;
    readonly curves: readonly { readonly key: StoredCurve['key']; readonly levels: readonly Points[] }[];
  }[];
}

/** Writes it whole or not at all. @returns its bytes */
export async function writeLevels(path: string, content: LevelContent): Promise<number> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const stored = new Map<Points, StoredLevel>();
  const put = (points: Points) => {
    const [x, y] = [bytesOf(points.x), bytesOf(points.y)];
    stored.set(points, { points: points.x.length, at: bytes, crc: crc32(y, crc32(x)) });
    parts.push(x, y);
    bytes += x.length + y.length;
  };
  const all = content.metrics.flatMap(({ curves }) => curves.map(({ levels }) => levels));
  for (const levels of all) for (const level of levels.slice(0, -1)) put(level);
  for (const levels of all) put(levels.at(-1)!);
  const { stamp, lines, offset } = content;
  const metrics = content.metrics.map(({ info, leftOut, curves }) => ({
    info,
    leftOut,
    curves: curves.map(({ key, levels }): StoredCurve => {
      return { key, levels: levels.map((level) => stored.get(level)!) };
    }),
  }));
  const head: LevelHead = { stamp, lines, offset, metrics, bytes };
  const text = JSON.stringify(head);
  const digest = createHash('sha256').update(text).digest('hex');
  // Its length before it: the line is read in one piece.
  const line = Buffer.from(`${MAGIC} ${digest} ${String(Buffer.byteLength(text)).padStart(12, '0')}\n${text}\n`);
  await writeCacheFile(path, [line, ...parts]);
  return line.length + bytes;
}

const PREFIX_BYTES = MAGIC.length + 1 + 64 + 1 + 12 + 1;
/** Read at first: as much as most files have before their curves. */
const FIRST_BYTES = 2 ** 16;

/** An opened file. */
export interface LevelFile {
  readonly head: LevelHead;
  /** A whole level. @throws {InputError} `file` where it is not what was written */
  read(level: StoredLevel): Promise<Points>;
  /** Where x reaches a value in a level: the first place at which it is `value` or more, or more than it. */
  search(level: StoredLevel, value: number, beyond: boolean): Promise<number>;
  /** Points of a level from one place to before another. */
  slice(level: StoredLevel, begin: number, end: number): Promise<Points>;
  close(): Promise<void>;
}

/** Undefined where there is none, or it is damaged. */
export async function openLevels(path: string): Promise<LevelFile | undefined> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const opened = await headOf(file);
    if (opened !== undefined) return opened;
  } catch {
    // What can't be read is as good as none.
  }
  await file.close();
  return undefined;
}

async function headOf(file: FileHandle): Promise<LevelFile | undefined> {
  const { size } = await file.stat();
  let first = await bytesAt(file, 0, FIRST_BYTES);
  const [magic, digest, length] = [
    ascii(first.subarray(0, MAGIC.length)),
    ascii(first.subarray(MAGIC.length + 1, MAGIC.length + 65)),
    Number(ascii(first.subarray(MAGIC.length + 66, PREFIX_BYTES - 1))),
  ];
  if (magic !== MAGIC || !Number.isSafeInteger(length) || PREFIX_BYTES + length > size) return undefined;
  const begin = PREFIX_BYTES + length + 1;
  if (first.length < begin) first = await bytesAt(file, 0, begin);
  const text = first.subarray(PREFIX_BYTES, PREFIX_BYTES + length);
  if (createHash('sha256').update(text).digest('hex') !== digest) return undefined;
  const head = JSON.parse(Buffer.from(text).toString()) as LevelHead;
  if (begin + head.bytes !== size) return undefined;

  /** Numbers from a place of the part behind the first line. */
  async function numbers(at: number, count: number): Promise<Float64Array> {
    const [start, bytes] = [begin + at, count * 8];
    const isThere = first.length >= start + bytes;
    const found = isThere ? first.subarray(start, start + bytes) : await bytesAt(file, start, bytes);
    if (found.length !== bytes) throw new InputError('file', 'lab: a cached level is cut');
    return new Float64Array(isThere || found.byteOffset % 8 !== 0 ? found.slice().buffer : found.buffer, 0, count);
  }

  return {
    head,
    async read({ points, at, crc }) {
      const both = await numbers(at, 2 * points);
      if (crc32(bytesOf(both)) !== crc) throw new InputError('file', 'lab: a cached level is damaged');
      return { x: both.subarray(0, points), y: both.subarray(points) };
    },
    async search({ points, at }, value, beyond) {
      let [low, high] = [0, points];
      while (high - low > BLOCK) {
        const middle = (low + high) >> 1;
        const [x] = await numbers(at + middle * 8, 1);
        if (beyond ? x! > value : x! >= value) high = middle;
        else low = middle + 1;
      }
      const x = await numbers(at + low * 8, high - low);
      return low + (beyond ? firstAbove(x, value) : firstNotBelow(x, value));
    },
    async slice({ points, at }, start, end) {
      const [x, y] = await Promise.all([start, points + start].map((place) => numbers(at + place * 8, end - start)));
      return { x: x!, y: y! };
    },
    close: () => file.close(),
  };
}

/** Numbers that are read at once rather than searched. */
const BLOCK = 512;

const ascii = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const bytesOf = (numbers: Float64Array): Uint8Array =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
