import { createHash } from 'node:crypto';
import { type FileHandle, rename } from 'node:fs/promises';
import { checkFiniteValues, checkSettings, count, flag, InputError, oneOf, StateError, text } from '@unbraid/checks';
import { checkPath, writeError } from '@unbraid/checks/node';
import * as z from 'zod';
import { type NpyBlock, type NpyFloat, type NpyFloats, npyHeader, widthOf } from './header.ts';
import { checkFree, openPart } from './part.ts';
import { readLines, writeLines } from './positioned.ts';
import { type BlockRecord, blockRecord } from './record.ts';

/** A matrix that is written to a `.npy` file by blocks. */
export interface NpyBlocksOptions {
  readonly rows: number;
  readonly columns: number;
  readonly dtype: NpyFloat;
  /** In how many blocks it is written, together all of the matrix, or of its upper triangle where it is symmetric. */
  readonly blocks: number;
  /** Whether each block is written with its mirror image. @defaultValue false */
  readonly symmetric?: boolean;
  /** What it is a matrix of, in any words: a file that was begun for something else is not gone on with. */
  readonly about: string;
}

/** A `.npy` file that is written block by block, in any order, and over several sessions where need be. */
export interface NpyBlocksWriter {
  /** Whether a block was written, in this session or one before, and is safe on the disk. */
  has(index: number): boolean;
  /**
   * Writes a block, with its mirror image where the matrix is symmetric (of a block on the diagonal its upper triangle counts), and brings it to the disk.
   * @param index from 0, below `blocks`
   * @throws {InputError} `not-finite`, for NaN and infinite entries; `data`, for a block that isn't within the matrix; `file`, where it can't be written, as on a full disk
   */
  write(index: number, block: NpyBlock): Promise<void>;
  /** SHA-256 of the whole file, hexadecimal. @throws {StateError} before all blocks are written */
  digest(): Promise<string>;
  /** Gives the whole file its name. @throws {StateError} before all blocks are written; {InputError} `file`, where the name is taken */
  finish(): Promise<void>;
  /** Lets go of the file. What was written stays for another session. */
  close(): Promise<void>;
}

const settings = z.object({
  rows: count(),
  columns: count(),
  dtype: oneOf('float32', 'float64'),
  blocks: count(),
  symmetric: flag().default(false),
  about: text(),
});

type Settings = z.output<typeof settings>;

/** Bytes that a `.npy` file of a matrix takes. */
export const npyBytesOf = (dtype: NpyFloat, rows: number, columns: number): number =>
  npyHeader(dtype, [rows, columns]).length + rows * columns * widthOf(dtype);

/**
 * Begins a `.npy` file of a matrix (format version 1, row-major, as `numpy.load` and its `mmap_mode` take it), or goes on with one: only a block is ever in memory.
 * Until it is whole the file is `path` with `.part` behind it and has a record of its blocks at its end; `finish` cuts that off and gives it its name. Where `path` is there already and as long as such
 * a file is, every block counts as written, and `digest` tells whether it is the one that is meant.
 * @throws {InputError} `file`, one line, where the file can't be made, belongs to something else or doesn't fit on the disk
 */
export async function createNpyBlocks(path: string, options: NpyBlocksOptions): Promise<NpyBlocksWriter> {
  checkPath(path);
  const matrix = checkSettings('data: createNpyBlocks', settings, options);
  const header = npyHeader(matrix.dtype, [matrix.rows, matrix.columns]);
  const end = npyBytesOf(matrix.dtype, matrix.rows, matrix.columns);
  const record = blockRecord(end, matrix.blocks, matrix.about);
  const part = await openPart(path, { header, end, record });
  return writerOf(path, part, { matrix, header, end, record });
}

interface Layout {
  readonly matrix: Settings;
  readonly header: Uint8Array;
  readonly end: number;
  readonly record: BlockRecord;
}

type Part = Awaited<ReturnType<typeof openPart>>;

function writerOf(path: string, { file, isNamed, partPath }: Part, layout: Layout): NpyBlocksWriter {
  const { matrix, end, record } = layout;
  let isFinished = isNamed;
  const checkFull = (doing: string) => {
    if (record.isFull()) return;
    const missing = Array.from({ length: matrix.blocks }, (_, i) => i).filter((i) => !record.has(i));
    throw new StateError(
      `data: ${doing} of ${path} before all of it is written: ${missing.length} of ${matrix.blocks} blocks are missing, the first of them ${missing[0]}`,
    );
  };
  return {
    has: record.has,
    async write(index, block) {
      checkBlock(path, matrix, index, block);
      if (record.has(index)) return;
      try {
        await place(file, layout, block);
        await file.datasync();
        await record.add(file, index);
      } catch (error) {
        throw await writeError(error, partPath, 'data');
      }
    },
    async digest() {
      checkFull('digest');
      return digestOf(file, end);
    },
    async finish() {
      checkFull('finish');
      if (isFinished) return;
      try {
        await checkFree(path);
        await file.truncate(end);
        await file.sync();
        await rename(partPath, path);
      } catch (error) {
        throw await writeError(error, path, 'data');
      }
      isFinished = true;
    },
    close: () => file.close(),
  };
}

function checkBlock(path: string, matrix: Settings, index: number, block: NpyBlock): void {
  const { row, column, rows, columns, data } = block;
  const isNumbered = Number.isSafeInteger(index) && index >= 0 && index < matrix.blocks;
  const isWithin = row >= 0 && column >= 0 && row + rows <= matrix.rows && column + columns <= matrix.columns;
  const isUpper = !matrix.symmetric || (column === row ? rows === columns : column >= row + rows);
  const isTyped = data instanceof (matrix.dtype === 'float32' ? Float32Array : Float64Array);
  if (!(isNumbered && isWithin && isUpper && isTyped && data.length === rows * columns))
    throw new InputError(
      'data',
      `data: block ${index}, ${rows} × ${columns} from row ${row}, column ${column} on, with ${data.length} values of ${isTyped ? matrix.dtype : 'another type'}, ` +
        `is none of the ${matrix.blocks} blocks ${matrix.symmetric ? 'of the upper triangle ' : ''}of ${path}, ${matrix.rows} × ${matrix.columns} of ${matrix.dtype}`,
    );
  checkFiniteValues(
    `data: block ${index} of ${path}`,
    data,
    'nothing of it was written',
    (i) => `row ${row + Math.floor(i / columns)}, column ${column + (i % columns)} (counted from 0)`,
  );
}

/** Rows of a mirror image that are made at a time. */
const STRIP_BYTES = 2 ** 20;

async function place(file: FileHandle, { matrix, header }: Layout, block: NpyBlock): Promise<void> {
  const width = widthOf(matrix.dtype);
  const stride = matrix.columns * width;
  const at = (row: number, column: number) => header.length + row * stride + column * width;
  const { row, column, rows, columns, data } = block;
  const bytes = (values: NpyFloats) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const isMirrored = matrix.symmetric && row === column;
  const own = isMirrored ? mirrored(data, rows) : data;
  await writeLines(file.fd, bytes(own), { position: at(row, column), count: rows, length: columns * width, stride });
  if (!matrix.symmetric || isMirrored) return;
  const strip = Math.max(1, Math.floor(STRIP_BYTES / (rows * width)));
  for (let from = 0; from < columns; from += strip) {
    const lines = Math.min(strip, columns - from);
    const turned = data.slice(0, lines * rows);
    for (let i = 0; i < rows; i++) for (let j = 0; j < lines; j++) turned[j * rows + i] = data[i * columns + from + j]!;
    const position = at(column + from, row);
    await writeLines(file.fd, bytes(turned), { position, count: lines, length: rows * width, stride });
  }
}

/** A copy of a square block whose lower triangle is the upper one's mirror image, to the bit. */
function mirrored(data: NpyFloats, size: number): NpyFloats {
  const copy = data.slice();
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) copy[i * size + j] = data[j * size + i]!;
  return copy;
}

const DIGEST_BYTES = 2 ** 22;

async function digestOf(file: FileHandle, end: number): Promise<string> {
  const hash = createHash('sha256');
  const buffer = new Uint8Array(DIGEST_BYTES);
  for (let at = 0; at < end; at += DIGEST_BYTES) {
    const length = Math.min(DIGEST_BYTES, end - at);
    await readLines(file.fd, buffer, { position: at, count: 1, length, stride: length });
    hash.update(buffer.subarray(0, length));
  }
  return hash.digest('hex');
}
