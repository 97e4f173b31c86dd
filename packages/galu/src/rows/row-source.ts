import { countNonFinite, firstNonFinite, InputError, showValue } from '@unbraid/checks';
import type { Matrix } from '@unbraid/data';

/** Rows that are read a block at a time, from a file say, as often as they are needed. */
export interface RowSource {
  /** m */
  readonly rows: number;
  /** d */
  readonly cols: number;
  /** Rows `start` to `end` (without it), one after another: (end − start) · cols numbers, which are read until the next call. Called in order of rows in each pass. */
  read(start: number, end: number): Float32Array | Promise<Float32Array>;
}

/** Whether X is rows to be read, and not numbers that are there. */
export const isRowSource = (x: unknown): x is RowSource =>
  typeof x === 'object' && x !== null && typeof (x as Partial<RowSource>).read === 'function';

/** @throws {InputError} unless rows and columns are whole numbers of at least 1 */
export function checkSource({ rows, cols }: RowSource): void {
  for (const [name, size] of Object.entries({ rows, cols })) {
    if (!Number.isSafeInteger(size) || size < 1)
      throw new InputError('data', `galu: X has ${showValue(size)} ${name}; at least 1 is needed`);
  }
}

/** A pass over the rows in blocks of equal size, but for the last. Rows are checked in the first pass, and that they are the same in each later one. */
export interface RowReader {
  readonly rows: number;
  readonly cols: number;
  /** Rows of a block; the last may have fewer. */
  readonly blockRows: number;
  /** @throws {InputError} for rows that are too few, not finite (with the number of the row), or others than in the first pass */
  pass(visit: Visit, signal?: AbortSignal): Promise<void>;
}

/** What is done with each block. */
export interface Visit {
  /** Takes what it needs of the rows, which are gone when the next ones are read. */
  take(x: Matrix, start: number): void;
  /** Works on what was taken, while the next rows are being read. */
  add?(): Promise<void>;
}

export function createReader(source: RowSource, blockRows: number): RowReader {
  checkSource(source);
  const { rows, cols } = source;
  const blocks = Math.ceil(rows / blockRows);
  const prints = new Int32Array(blocks);
  let known = 0;
  const check = (block: number, data: Float32Array, start: number): void => {
    const end = Math.min(rows, start + blockRows);
    checkLength(data, { start, end, cols });
    const print = fingerprint(data);
    if (block === known) {
      checkRows(data, start, cols);
      prints[block] = print;
      known++;
    } else if (prints[block] !== print) {
      throw new InputError(
        'data',
        `galu: X has changed while it was read: rows ${start} to ${end - 1} (counted from 0) aren't what they were; leave the file alone until training has ended`,
      );
    }
  };
  return {
    rows,
    cols,
    blockRows,
    async pass({ take, add }, signal) {
      const readBlock = async (block: number) =>
        source.read(block * blockRows, Math.min(rows, (block + 1) * blockRows));
      let next = readBlock(0);
      for (let block = 0; block < blocks; block++) {
        signal?.throwIfAborted();
        const start = block * blockRows;
        const data = await next;
        check(block, data, start);
        take({ data, rows: data.length / cols, cols }, start);
        if (block + 1 < blocks) {
          next = readBlock(block + 1);
          // What goes wrong is told when its turn comes; where `add` fails first, it isn't.
          next.catch(() => {});
        }
        await add?.();
      }
    },
  };
}

function checkLength(data: unknown, { start, end, cols }: { start: number; end: number; cols: number }): void {
  const wanted = (end - start) * cols;
  if (data instanceof Float32Array && data.length === wanted) return;
  const found = data instanceof Float32Array ? `${data.length} numbers` : showValue(data);
  throw new InputError(
    'data',
    `galu: X's rows ${start} to ${end - 1} (counted from 0) were read as ${found}; a Float32Array of ${wanted} is needed, ${cols} a row`,
  );
}

function checkRows(data: Float32Array, start: number, cols: number): void {
  const at = firstNonFinite(data);
  if (at < 0) return;
  const [row, column] = [start + Math.floor(at / cols), at % cols];
  throw new InputError(
    'not-finite',
    `galu: X has ${countNonFinite(data)} in the block of rows from ${start}, the first at row ${row}, column ${column} (counted from 0); drop or impute such rows`,
  );
}

/** FNV-1a over words of 32 bits, in four lanes that don't wait for each other. */
function fingerprint(data: Float32Array): number {
  const words = new Int32Array(data.buffer, data.byteOffset, data.length);
  let [a, b, c, d] = [-2128831035, 1, 2, 3];
  let i = 0;
  for (; i + 3 < words.length; i += 4) {
    a = Math.imul(a ^ words[i]!, 16777619);
    b = Math.imul(b ^ words[i + 1]!, 16777619);
    c = Math.imul(c ^ words[i + 2]!, 16777619);
    d = Math.imul(d ^ words[i + 3]!, 16777619);
  }
  for (; i < words.length; i++) a = Math.imul(a ^ words[i]!, 16777619);
  return a ^ Math.imul(b, 3) ^ Math.imul(c, 5) ^ Math.imul(d, 7);
}
