import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { runFiles, timelineEntry } from '@unbraid/experiment/directory';
import type { LogPage, Scalar } from '../api.ts';
import { openRegular } from '../runs/open-regular.ts';
import { scalarOf } from '../runs/scalars.ts';
import { type Columns, createColumns } from './columns.ts';
import { growingFloats } from './growing.ts';
import { parseLine } from './parse-line.ts';
import { createTail, MOST_LINE_BYTES, type TailStep } from './tail.ts';

/** Lines between two whose place in the file is kept. */
const STRIDE = 256;
/** Bytes of a page of lines, at most; a first line is always in it. */
const MOST_PAGE_BYTES = 2 ** 22;
const decoder = new TextDecoder();

/** Lines that were read. */
export interface ReadLines extends LogPage {
  /** Bytes of the file up to the end of the last of them. */
  readonly end: number;
}

/** The lines of a run, as far as they are read. */
export interface RunLog {
  readonly columns: Columns;
  /** Seconds of the run at each line, as far as they are known. */
  seconds(): Float64Array;
  /** Reads what is new. */
  advance(): Promise<TailStep>;
  /** Reads all of it again the next time. */
  forget(): void;
  /** How often it was read from its beginning: line numbers hold within one of these. */
  generation(): number;
  /** Bytes up to the end of the last whole line. */
  offset(): number;
  /** Some lines; fewer than `limit` where they are long. */
  page(from: number, limit: number): Promise<ReadLines>;
  /** That are held in memory, about. */
  bytes(): number;
}

/** Opens `metrics.jsonl` of a run, and the times of its lines; nothing is read yet. */
export function openRunLog(directory: string): RunLog {
  const path = join(directory, runFiles.metrics);
  const columns = createColumns();
  let seconds = growingFloats();
  let starts = growingFloats();
  let generation = 0;
  const tail = createTail(path, {
    line(bytes, start) {
      if (columns.lines() % STRIDE === 0) starts.push(start);
      columns.add(bytes && parseLine(bytes));
    },
    restart() {
      generation++;
      columns.clear();
      starts = growingFloats();
    },
  });
  const times = createTail(join(directory, runFiles.timeline), {
    line: (bytes) => seconds.push((bytes && timelineEntry(decoder.decode(bytes))?.seconds) ?? Number.NaN),
    restart() {
      seconds = growingFloats();
    },
  });
  return {
    columns,
    seconds: () => seconds.view(),
    async advance() {
      const step = await tail.advance();
      await times.advance();
      return step;
    },
    forget() {
      tail.forget();
      times.forget();
    },
    generation: () => generation,
    offset: tail.offset,
    async page(from, limit) {
      const total = columns.lines();
      const wanted = Math.min(limit, total - from);
      if (wanted <= 0) return { from, lines: [], total, end: tail.offset() };
      const block = Math.floor(from / STRIDE);
      return { from, total, ...(await readLines(path, starts.at(block), from - block * STRIDE, wanted)) };
    },
    bytes: () => columns.bytes() + seconds.bytes() + starts.bytes(),
  };
}

/** Passes over `skip` lines from a place on, and reads the next. */
async function readLines(
  path: string,
  start: number,
  skip: number,
  count: number,
): Promise<Pick<ReadLines, 'lines' | 'end'>> {
  const lines: Record<string, Scalar>[] = [];
  let end = start;
  const file = await openRegular(path);
  if (file === undefined) return { lines, end };
  try {
    let passed = 0;
    let bytes = 0;
    for await (const line of linesFrom(file, start)) {
      end = line.end;
      if (passed++ < skip) continue;
      lines.push(flat(line.bytes));
      bytes += line.bytes?.length ?? 0;
      if (lines.length === count || bytes > MOST_PAGE_BYTES) break;
    }
    return { lines, end };
  } finally {
    await file.close();
  }
}

interface Line {
  /** Undefined for one that is too long. */
  readonly bytes: Uint8Array | undefined;
  /** Where the next begins. */
  readonly end: number;
}

async function* linesFrom(file: FileHandle, start: number): AsyncGenerator<Line> {
  const buffer = Buffer.alloc(2 ** 16);
  let parts: Buffer[] = [];
  let length = 0;
  for (let at = start; ; ) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return;
    const piece = buffer.subarray(0, bytesRead);
    let begin = 0;
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, begin)) {
      length += end - begin;
      const bytes = length > MOST_LINE_BYTES ? undefined : Buffer.concat([...parts, piece.subarray(begin, end)]);
      yield { bytes, end: at + end + 1 };
      parts = [];
      length = 0;
      begin = end + 1;
    }
    length += bytesRead - begin;
    // Of a line that is too long nothing need be kept.
    if (length <= MOST_LINE_BYTES) parts.push(Buffer.from(piece.subarray(begin)));
    else parts = [];
    at += bytesRead;
  }
}

/** A line as a table has it; one that can't be read says so. */
function flat(line: Uint8Array | undefined): Record<string, Scalar> {
  const record = line && parseLine(line);
  if (record === undefined) return { unreadable: line === undefined ? 'a line of more than 1 MiB' : 'no JSON object' };
  return Object.fromEntries(
    Object.entries(record)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, scalarOf(value)]),
  );
}
