import { type FileHandle, open } from 'node:fs/promises';
import { checkSettings, count, InputError, listed, showValue, text } from '@unbraid/checks';
import { checkPath, fileError } from '@unbraid/checks/node';
import { parseNpyHeader } from '@unbraid/data';
import * as z from 'zod';
import type { RowSource } from './row-source.ts';

/** What opening a file takes that its name doesn't say. */
export interface OpenRowsOptions {
  /** d, of a file of nothing but float32 numbers, little-endian, row after row. */
  readonly cols?: number;
  /** Which tensor of a safetensors file; by default the only one. */
  readonly tensor?: string;
}

/** Rows of an open file. */
export interface FileRows extends RowSource {
  /** Closes the file. */
  close(): Promise<void>;
}

const settings = z.object({ cols: count().optional(), tensor: text().optional() });

/** Where numbers are in a file. */
interface Layout {
  readonly rows: number;
  readonly cols: number;
  readonly offset: number;
  /** Bytes of a number: float32 or float64. */
  readonly width: 4 | 8;
}

/**
 * Opens a file of rows, to be read a block at a time: `.npy` (float32 or float64, two axes, row-major), `.safetensors` (a tensor F32 or F64 with two axes), and with `cols` a file of
 * nothing but float32 numbers. Numbers of 64 bits are rounded to float32.
 * @throws {InputError} in one line that names the path, where it can't be read, is cut short or of another kind; and from `read`, where it has changed since
 */
export async function openRows(path: string, options: OpenRowsOptions = {}): Promise<FileRows> {
  const { cols, tensor } = checkSettings('galu: openRows', settings, options);
  checkPath(path, 'galu');
  const file = await open(path).catch((error: unknown) => {
    throw fileError(error, 'read', path, 'galu');
  });
  try {
    const { size, mtimeMs } = await file.stat();
    const beginning = await bytesAt(file, path, { at: 0, length: Math.min(size, HEADER_BYTES) });
    const layout = await layoutOf({ file, path, size, beginning, cols, tensor });
    checkSize(layout, size, path);
    return fileRows(file, path, { layout, size, mtimeMs });
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** More than headers of `.npy` files have. */
const HEADER_BYTES = 2 ** 16;

interface Opened {
  readonly file: FileHandle;
  readonly path: string;
  readonly size: number;
  readonly beginning: Uint8Array<ArrayBuffer>;
  readonly cols: number | undefined;
  readonly tensor: string | undefined;
}

const fault = (message: string): InputError => new InputError('file', `galu: ${message}`);

async function layoutOf(opened: Opened): Promise<Layout> {
  const { path, size, beginning, cols } = opened;
  if (path.endsWith('.npy')) return npyLayout(beginning, path);
  if (path.endsWith('.safetensors')) return tensorLayout(opened);
  if (cols !== undefined) return { rows: Math.ceil(size / (4 * cols)), cols, offset: 0, width: 4 };
  throw fault(`${path} is no .npy and no .safetensors file; give cols where it is float32 numbers, row after row`);
}

function npyLayout(beginning: Uint8Array, path: string): Layout {
  const { dtype, shape, fortranOrder, offset } = parseNpyHeader(beginning, path);
  const width = dtype === '<f4' ? 4 : dtype === '<f8' ? 8 : undefined;
  const [rows, cols] = shape;
  if (width === undefined || shape.length !== 2 || fortranOrder) {
    throw fault(
      `${path} is of type ${dtype} with shape [${shape.join(', ')}]${fortranOrder ? ', column after column' : ''}; save numpy.ascontiguousarray(x, dtype='<f4') with two axes`,
    );
  }
  return { rows: rows!, cols: cols!, offset, width };
}

const tensorSchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});

/** Longer headers are refused, as by the format's own reader: they would be read to memory whole. */
const MOST_HEADER_BYTES = 100_000_000;

async function tensorLayout({ file, path, size, beginning, tensor }: Opened): Promise<Layout> {
  const length = size < 8 ? Number.NaN : Number(new DataView(beginning.buffer).getBigUint64(0, true));
  if (!(length <= size - 8)) throw fault(`${path} is not a safetensors file, or it is cut short`);
  if (length > MOST_HEADER_BYTES) {
    throw fault(
      `${path} is not a safetensors file: its header would have ${length} bytes; up to ${MOST_HEADER_BYTES} are read`,
    );
  }
  const { __metadata__: _, ...tensors } = parsed(await bytesAt(file, path, { at: 8, length }), path);
  const names = Object.keys(tensors);
  const name = tensor ?? (names.length === 1 ? names[0]! : undefined);
  if (name === undefined || !Object.hasOwn(tensors, name)) {
    const asked = tensor === undefined ? 'say which tensor to read' : `it has no tensor ${showValue(tensor)}`;
    throw fault(`${path}: ${asked}; there are ${listed(names)}`);
  }
  const { success, data } = tensorSchema.safeParse(tensors[name]);
  if (!success) throw fault(`${path} is damaged: tensor ${showValue(name)} lacks a dtype, a shape or data_offsets`);
  const { dtype, shape, data_offsets: offsets } = data;
  const width = dtype === 'F32' ? 4 : dtype === 'F64' ? 8 : undefined;
  if (width === undefined || shape.length !== 2) {
    throw fault(
      `${path}: tensor ${showValue(name)} is ${dtype} [${shape.join(', ')}]; F32 or F64 with two axes is needed`,
    );
  }
  return { rows: shape[0]!, cols: shape[1]!, offset: 8 + length + offsets[0], width };
}

function parsed(header: Uint8Array, path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (cause) {
    throw new InputError('file', `galu: ${path} is not a safetensors file: its header is not valid JSON`, { cause });
  }
  throw fault(`${path} is not a safetensors file: its header is not a JSON object`);
}

function checkSize({ rows, cols, offset, width }: Layout, size: number, path: string): void {
  if (rows < 1 || cols < 1) throw fault(`${path} has ${rows} rows of ${cols} numbers; at least 1 of each is needed`);
  const end = offset + rows * cols * width;
  // A safetensors file may hold more tensors.
  if (end <= size && (end === size || path.endsWith('.safetensors'))) return;
  throw fault(
    `${path} is cut short or damaged: ${rows} rows of ${cols} numbers end at byte ${end}, the file at ${size}`,
  );
}

/** The bytes at a place. @throws {InputError} where the file ends before */
async function bytesAt(
  file: FileHandle,
  path: string,
  { at, length }: { readonly at: number; readonly length: number },
  into = new Uint8Array(length),
): Promise<Uint8Array<ArrayBuffer>> {
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(into, done, length - done, at + done).catch((error: unknown) => {
      throw fileError(error, 'read', path, 'galu');
    });
    if (bytesRead === 0) throw fault(`${path} was cut short while it was read: it ends at byte ${at + done}`);
    done += bytesRead;
  }
  return into;
}

interface Known {
  readonly layout: Layout;
  readonly size: number;
  readonly mtimeMs: number;
}

function fileRows(file: FileHandle, path: string, { layout, size, mtimeMs }: Known): FileRows {
  const { rows, cols, offset, width } = layout;
  /** Bytes and numbers of a block are kept for the next one. */
  let bytes = new Uint8Array(0);
  let numbers = new Float32Array(0);
  return {
    rows,
    cols,
    async read(start, end) {
      if (start === 0) {
        const now = await file.stat();
        if (now.size !== size || now.mtimeMs !== mtimeMs)
          throw fault(`${path} has changed since it was opened; leave it alone until training has ended`);
      }
      const count = (end - start) * cols;
      if (bytes.length !== count * width) bytes = new Uint8Array(count * width);
      await bytesAt(file, path, { at: offset + start * cols * width, length: bytes.length }, bytes);
      if (width === 4) return new Float32Array(bytes.buffer);
      if (numbers.length !== count) numbers = new Float32Array(count);
      numbers.set(new Float64Array(bytes.buffer));
      return numbers;
    },
    close: () => file.close(),
  };
}
