import type { FileHandle } from 'node:fs/promises';
import { openRegular } from '../runs/open-regular.ts';

/** A longer line is refused: what no one reads can't fill the memory. */
export const MOST_LINE_BYTES = 2 ** 20;
/** Read at once; between two pieces others have their turn. */
const PIECE_BYTES = 2 ** 20;
/** Bytes before the place that was read up to, and at the beginning, by which a file that was written anew is told. */
const WINDOW_BYTES = 512;
const NEWLINE = 10;

/** What hears of a file's lines. */
export interface LineSink {
  /** A whole line without its end; undefined for one that is too long. `start` is its place in the file, in bytes. */
  line(bytes: Uint8Array | undefined, start: number): void;
  /** All lines so far are no longer the file's. */
  restart(): void;
}

/** What a look at a file came to. */
export interface TailStep {
  readonly restarted: boolean;
  /** Whether there were new lines. */
  readonly grown: boolean;
}

/** A file of lines that grows, read once from its beginning on. Half a line is held back until its end is there. */
export interface Tail {
  /** Reads what is new. A file that was cut, replaced or written anew is read from its beginning again. */
  advance(): Promise<TailStep>;
  /** Reads it from its beginning the next time: for a file that may have been written anew with much the same content. */
  forget(): void;
  /** Bytes up to the end of the last whole line. */
  offset(): number;
}

/** Follows the file of a path, which need not be there yet. */
export function createTail(path: string, sink: LineSink): Tail {
  let offset = 0;
  let identity = '';
  let head: Uint8Array = new Uint8Array(0);
  let before: Uint8Array = new Uint8Array(0);
  /** Bytes of a line that is too long, from `offset` on, which are passed over without its end in sight. */
  let passed = 0;
  let stale = false;
  let working: Promise<unknown> = Promise.resolve();

  function reset(): void {
    offset = 0;
    passed = 0;
    head = new Uint8Array(0);
    before = new Uint8Array(0);
    stale = false;
  }

  async function isAnother(file: FileHandle, size: number, now: string): Promise<boolean> {
    if (stale || now !== identity || size < offset) return true;
    if (offset === 0) return false;
    const [first, last] = [
      await bytesAt(file, 0, head.length),
      await bytesAt(file, offset - before.length, before.length),
    ];
    return !Buffer.from(head).equals(first) || !Buffer.from(before).equals(last);
  }

  /** Whole lines of the piece; returns how many bytes they are. */
  function take(piece: Uint8Array, start: number): number {
    let begin = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, begin)) {
      const tooLong = passed > 0 || end - begin > MOST_LINE_BYTES;
      sink.line(tooLong ? undefined : piece.subarray(begin, end), start - passed + begin);
      passed = 0;
      begin = end + 1;
    }
    return begin;
  }

  async function read(file: FileHandle, size: number): Promise<boolean> {
    const from = offset;
    const buffer = new Uint8Array(PIECE_BYTES + 1);
    for (let at = offset + passed; at < size; ) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, size - at), at);
      if (bytesRead === 0) break;
      const piece = buffer.subarray(0, bytesRead);
      const held = passed;
      const whole = take(piece, at);
      if (whole > 0) {
        offset = at + whole;
        remember(piece.subarray(0, whole), at, held === 0);
        at = offset;
      } else if (bytesRead > MOST_LINE_BYTES || held > 0) {
        passed += bytesRead;
        at += bytesRead;
      } else break;
    }
    return offset > from;
  }

  function remember(lines: Uint8Array, start: number, follows: boolean): void {
    if (head.length < WINDOW_BYTES && start === head.length)
      head = joined(head, lines.subarray(0, WINDOW_BYTES - head.length));
    const last = lines.subarray(-WINDOW_BYTES);
    before = follows && last.length < WINDOW_BYTES ? joined(before, last).slice(-WINDOW_BYTES) : last.slice();
  }

  async function step(): Promise<TailStep> {
    const file = await openRegular(path);
    if (file === undefined) {
      const restarted = offset > 0;
      reset();
      identity = '';
      if (restarted) sink.restart();
      return { restarted, grown: false };
    }
    try {
      const stats = await file.stat({ bigint: true });
      const size = Number(stats.size);
      const now = `${stats.dev}:${stats.ino}`;
      const restarted = (await isAnother(file, size, now)) && (offset > 0 || passed > 0);
      if (stale || now !== identity || restarted) reset();
      identity = now;
      if (restarted) sink.restart();
      return { restarted, grown: await read(file, size) };
    } finally {
      await file.close();
    }
  }

  return {
    advance() {
      const next = working.then(step, step);
      working = next.catch(() => undefined);
      return next;
    },
    forget() {
      stale = true;
    },
    offset: () => offset,
  };
}

/** Fewer where the file ends before. */
export async function bytesAt(file: FileHandle, start: number, count: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  let done = 0;
  while (done < count) {
    const { bytesRead } = await file.read(bytes, done, count - done, start + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
