import { type ByteSource, toBytes } from '../byte-source.ts';
import { InputError } from '../input-error.ts';
import { shownShape } from '../listed.ts';
import { showValue } from '../show-value.ts';
import { floatOfHalf, floatsOfBfloats } from './half.ts';
import {
  elementCount,
  LENGTH_BYTES,
  METADATA_KEY,
  type SafeTensor,
  type Safetensors,
  TENSOR_ARRAYS,
  type TensorDtype,
} from './safetensors.ts';

/** Dtypes of 16 bits, whose tensors become F32, which holds each of their values. */
const HALVES = {
  F16: (bits: Uint16Array) => Float32Array.from(bits, floatOfHalf),
  BF16: floatsOfBfloats,
} as const;

type StoredDtype = TensorDtype | keyof typeof HALVES;

interface Entry {
  readonly name: string;
  readonly dtype: StoredDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads the bytes of a safetensors file. Tensors are views over the source where their elements are aligned there, as
 * they are in files that `encodeSafetensors` or the reference implementation wrote; else copies. Those of F16 and BF16 become F32.
 *
 * @param source the whole file.
 * @param name how errors name it.
 * @param owner the package that asks, which errors begin with.
 * @throws {InputError} `file`, where the bytes are not a safetensors file, are truncated, hold a dtype that is not supported, have
 *   a name twice, or have tensors that overlap, leave gaps or do not fit their shapes.
 */
export function decodeSafetensors(source: ByteSource, name = 'the safetensors data', owner = 'data'): Safetensors {
  const bytes = toBytes(source, name, owner);
  try {
    return decode(bytes, name);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new InputError('file', `${owner}: ${error.message}`, { cause: error.cause });
  }
}

function decode(bytes: Uint8Array<ArrayBuffer>, name: string): Safetensors {
  const { header, colons, start } = parseHeader(bytes, name);
  const metadata = parseMetadata(header[METADATA_KEY], name);
  const entries = Object.entries(header)
    .filter(([key]) => key !== METADATA_KEY)
    .map(([key, value]) => parseEntry(key, value, name));
  const names = Object.keys(header).length + Object.keys(metadata).length + ENTRY_KEYS.length * entries.length;
  if (colons !== names) throw damaged(name, 'its header has a name twice');
  checkCoverage(entries, bytes.length - start, name);
  const tensors = entries.map((entry) => [entry.name, readTensor(bytes, start, entry, name)] as const);
  return { tensors: Object.fromEntries(tensors), metadata };
}

/** What is wrong with a file, before its owner is named. */
class Fault extends Error {}

function fault(message: string, options?: ErrorOptions): Fault {
  return new Fault(message, options);
}

function damaged(name: string, message: string, options?: ErrorOptions): Fault {
  return fault(`${name} is damaged: ${message}`, options);
}

interface Header {
  readonly header: Record<string, unknown>;
  /** Names in its text, those of tensors and those within; JSON.parse keeps the last of equal ones. */
  readonly colons: number;
  /** Where the data begin. */
  readonly start: number;
}

function parseHeader(bytes: Uint8Array<ArrayBuffer>, name: string): Header {
  if (bytes.length < LENGTH_BYTES) {
    throw fault(`${name} is not a safetensors file: it has ${bytes.length} bytes, too few for a header`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = LENGTH_BYTES + Number(view.getBigUint64(0, true));
  // The brace tells a truncated file from one of another format, whose first bytes rarely make a plausible length.
  if (bytes.length > LENGTH_BYTES && bytes[LENGTH_BYTES] !== 0x7b) {
    throw fault(`${name} is not a safetensors file: there is no JSON header after its first 8 bytes`);
  }
  if (start > bytes.length) {
    throw fault(`${name} is truncated: its header ends at byte ${start}, and it has ${bytes.length} bytes`);
  }
  const text = bytes.subarray(LENGTH_BYTES, start);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text));
  } catch (cause) {
    throw damaged(name, 'its header is not valid JSON', { cause });
  }
  if (!isRecord(header)) throw damaged(name, 'its header is not a JSON object');
  return { header, colons: countColons(text), start };
}

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];

/** Colons of valid JSON that are not within text: one for each name. */
function countColons(json: Uint8Array): number {
  let colons = 0;
  let inText = false;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i]!;
    if (byte === QUOTE) inText = !inText;
    else if (!inText) colons += Number(byte === COLON);
    else if (byte === BACKSLASH) i++;
  }
  return colons;
}

function parseMetadata(value: unknown, name: string): Record<string, string> {
  if (value === undefined) return {};
  if (isRecord(value) && Object.values(value).every((text) => typeof text === 'string')) {
    return value as Record<string, string>;
  }
  throw damaged(name, `its ${METADATA_KEY} does not map names to text`);
}

const ENTRY_KEYS = ['dtype', 'shape', 'data_offsets'] as const;

function parseEntry(tensor: string, value: unknown, name: string): Entry {
  const { dtype, shape, data_offsets: offsets, ...others } = isRecord(value) ? value : {};
  const isWhole = typeof dtype === 'string' && isSizes(shape) && isSizes(offsets) && offsets.length === 2;
  if (!isWhole || Object.keys(others).length > 0) {
    throw damaged(
      name,
      `tensor ${showValue(tensor)} lacks a dtype, a shape or two data_offsets, or has more than these`,
    );
  }
  if (!isStoredDtype(dtype)) {
    const supported = [...Object.keys(TENSOR_ARRAYS), ...Object.keys(HALVES)].join(', ');
    throw fault(`tensor ${showValue(tensor)} of ${name} is ${showValue(dtype)}; supported are ${supported}`);
  }
  const [begin = 0, end = 0] = offsets;
  const expected = elementCount(shape) * widthOf(dtype);
  if (end - begin !== expected) {
    throw damaged(
      name,
      `tensor ${showValue(tensor)}, ${dtype} ${shownShape(shape)}, takes ${expected} bytes, and its offsets give it ${end - begin}`,
    );
  }
  return { name: tensor, dtype, shape, begin, end };
}

/** Tensors follow one another from the first byte of the data to the last, so nothing can hide between them. */
function checkCoverage(entries: readonly Entry[], available: number, name: string): void {
  let position = 0;
  for (const entry of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (entry.begin !== position) {
      const place = `begins at byte ${entry.begin} of the data, the one before it ends at ${position}`;
      throw damaged(name, `tensor ${showValue(entry.name)} ${place}`);
    }
    position = entry.end;
  }
  if (position === available) return;
  const what = position > available ? 'is truncated' : 'has bytes after its last tensor';
  throw fault(`${name} ${what}: its tensors take ${position} bytes, and it has ${available} bytes of data`);
}

function readTensor(
  bytes: Uint8Array,
  start: number,
  { name: tensor, dtype, shape, begin, end }: Entry,
  name: string,
): SafeTensor {
  const width = widthOf(dtype);
  const body = bytes.subarray(start + begin, start + end);
  const { buffer, byteOffset } = body.byteOffset % width === 0 ? body : new Uint8Array(body);
  const length = body.length / width;
  if (isHalf(dtype)) return { dtype: 'F32', shape, data: HALVES[dtype](new Uint16Array(buffer, byteOffset, length)) };
  if (dtype === 'BOOL' && body.some((byte) => byte > 1)) {
    throw damaged(name, `tensor ${showValue(tensor)} is BOOL and has bytes that are neither 0 nor 1`);
  }
  return { dtype, shape, data: new TENSOR_ARRAYS[dtype](buffer, byteOffset, length) } as SafeTensor;
}

function widthOf(dtype: StoredDtype): number {
  return isHalf(dtype) ? 2 : TENSOR_ARRAYS[dtype].BYTES_PER_ELEMENT;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function isStoredDtype(dtype: string): dtype is StoredDtype {
  return Object.hasOwn(TENSOR_ARRAYS, dtype) || Object.hasOwn(HALVES, dtype);
}

function isHalf(dtype: StoredDtype): dtype is keyof typeof HALVES {
  return Object.hasOwn(HALVES, dtype);
}
