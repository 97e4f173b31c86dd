import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { InputError, showValue } from '@unbraid/checks';
import { checkPath, fileError } from '@unbraid/checks/node';
import { checkNpyBytes, reverseElements } from '../npy.ts';
import { type NpyHeader, npyHeaderEnd, parseNpyHeader } from '../npy-header.ts';
import { type NpyFloat, type NpyFloats, widthOf } from './header.ts';
import { readLines } from './positioned.ts';

/** A matrix in a `.npy` file, of which blocks are read when they are asked for. */
export interface NpyBlocks {
  readonly path: string;
  readonly rows: number;
  readonly columns: number;
  readonly dtype: NpyFloat;
  /**
   * The entries of a block, row-major, as the file has them, NaN included.
   * @param row of its first entry, from 0
   * @param column of its first entry, from 0
   * @throws {InputError} `data`, for a block that is not within the matrix; `file`, where the file can't be read
   */
  read(row: number, column: number, rows: number, columns: number): Promise<NpyFloats>;
  /** Lets go of the file. */
  close(): Promise<void>;
}

/** A header of a matrix is shorter; what NumPy writes for one has 128 bytes. */
const HEADER_BYTES = 2 ** 16 + 16;

/**
 * Opens a `.npy` file of a matrix of float32 or float64, of either order of bytes and dimensions, to read it block by block: nothing but its header is read here. Files aren't mapped
 * into memory, which Node has no call for; a block is read from its place, and the system keeps in its cache what it has room for.
 * @throws {InputError} `file`, one line that names the path, where it can't be read, has a damaged header or not the size that it says, or is no such matrix
 */
export async function openNpyBlocks(path: string): Promise<NpyBlocks> {
  checkPath(path);
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    return blocksOf(file, path, await headerOf(file, path));
  } catch (error) {
    await file?.close();
    throw error instanceof InputError ? error : fileError(error, 'read', path);
  }
}

async function headerOf(file: FileHandle, path: string): Promise<NpyHeader> {
  const { size } = await file.stat();
  const { buffer, bytesRead } = await file.read(new Uint8Array(HEADER_BYTES), 0, HEADER_BYTES, 0);
  const beginning = buffer.subarray(0, bytesRead);
  const end = npyHeaderEnd(beginning, path);
  const header = parseNpyHeader(end > beginning.length ? await longer(file, Math.min(end, size)) : beginning, path);
  checkNpyBytes(header, size, path);
  const { dtype, shape } = header;
  if (!/^[<>=]f[48]$/.test(dtype) || shape.length !== 2)
    throw new InputError(
      'file',
      `data: ${path} has values of type ${showValue(dtype)} and shape (${shape.join(', ')}); a matrix of float32 or float64 is read by blocks`,
    );
  return header;
}

async function longer(file: FileHandle, bytes: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(new Uint8Array(bytes), 0, bytes, 0);
  return buffer.subarray(0, bytesRead);
}

function blocksOf(file: FileHandle, path: string, { dtype, shape, fortranOrder, offset }: NpyHeader): NpyBlocks {
  const type: NpyFloat = dtype.endsWith('4') ? 'float32' : 'float64';
  const [rows, columns] = shape as [number, number];
  const width = widthOf(type);
  const line = (fortranOrder ? rows : columns) * width;
  return {
    path,
    rows,
    columns,
    dtype: type,
    async read(row, column, height, breadth) {
      checkWithin(path, [row, height, rows], [column, breadth, columns]);
      const [first, at, count, length] = fortranOrder ? [column, row, breadth, height] : [row, column, height, breadth];
      const bytes = new Uint8Array(count * length * width);
      const position = offset + first * line + at * width;
      try {
        await readLines(file.fd, bytes, { position, count, length: length * width, stride: line });
      } catch (error) {
        throw fileError(error, 'read', path);
      }
      if (dtype[0] === '>') reverseElements(bytes, width);
      const values = type === 'float32' ? new Float32Array(bytes.buffer) : new Float64Array(bytes.buffer);
      return fortranOrder ? transposed(values, count, length) : values;
    },
    close: () => file.close(),
  };
}

type Range = readonly [first: number, count: number, size: number];

/** @throws {InputError} unless both ranges are within their sizes */
function checkWithin(path: string, rows: Range, columns: Range): void {
  const fits = ([first, count, size]: Range) =>
    Number.isSafeInteger(first) && Number.isSafeInteger(count) && first >= 0 && count >= 0 && first + count <= size;
  if (fits(rows) && fits(columns)) return;
  throw new InputError(
    'data',
    `data: rows ${rows[0]} to ${rows[0] + rows[1] - 1}, columns ${columns[0]} to ${columns[0] + columns[1] - 1} are not within ${path}, which has ${rows[2]} × ${columns[2]} entries`,
  );
}

/** Of `lines` lines of `length` entries. */
function transposed(values: NpyFloats, lines: number, length: number): NpyFloats {
  const out = values.slice();
  for (let i = 0; i < lines; i++) for (let j = 0; j < length; j++) out[j * lines + i] = values[i * length + j]!;
  return out;
}
