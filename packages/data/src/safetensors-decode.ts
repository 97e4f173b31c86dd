import { InputError } from '@unbraid/checks';
import {
  elementCount,
  LENGTH_BYTES,
  METADATA_KEY,
  type SafeTensor,
  type Safetensors,
  TENSOR_ARRAYS,
  type TensorDtype,
} from './safetensors.ts';

interface Entry {
  readonly name: string;
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads the bytes of a safetensors file. Tensors are views over `bytes` where their elements are aligned there, as
 * they are in files that `encodeSafetensors` or the reference implementation wrote; else copies.
 *
 * @param name how errors name the file.
 * @throws where the bytes are not a safetensors file, are truncated, hold a dtype that is not supported, or have
 *   tensors that overlap, leave gaps or do not fit their shapes.
 */
export function decodeSafetensors(bytes: Uint8Array, name = 'the safetensors data'): Safetensors {
  const { header, start } = parseHeader(bytes, name);
  const metadata = parseMetadata(header[METADATA_KEY], name);
  const entries = Object.entries(header)
    .filter(([key]) => key !== METADATA_KEY)
    .map(([key, value]) => parseEntry(key, value, name));
  checkCoverage(entries, bytes.length - start, name);
  const tensors = entries.map((entry) => [entry.name, readTensor(bytes, start, entry)] as const);
  return { tensors: Object.fromEntries(tensors), metadata };
}

function parseHeader(bytes: Uint8Array, name: string): { header: Record<string, unknown>; start: number } {
  if (bytes.length < LENGTH_BYTES) {
    throw new InputError(
      'file',
      `data: ${name} is not a safetensors file: it has ${bytes.length} bytes, too few for a header`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = LENGTH_BYTES + Number(view.getBigUint64(0, true));
  // The brace tells a truncated file from one of another format, whose first bytes rarely make a plausible length.
  if (bytes.length > LENGTH_BYTES && bytes[LENGTH_BYTES] !== 0x7b) {
    throw new InputError(
      'file',
      `data: ${name} is not a safetensors file: there is no JSON header after its first 8 bytes`,
    );
  }
  if (start > bytes.length) {
    throw new InputError(
      'file',
      `data: ${name} is truncated: its header ends at byte ${start}, and it has ${bytes.length} bytes`,
    );
  }
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(LENGTH_BYTES, start)));
  } catch (cause) {
    throw new InputError('file', `data: ${name} is damaged: its header is not valid JSON`, { cause });
  }
  if (!isRecord(header)) throw new InputError('file', `data: ${name} is damaged: its header is not a JSON object`);
  return { header, start };
}

function parseMetadata(value: unknown, name: string): Record<string, string> {
  if (value === undefined) return {};
  if (isRecord(value) && Object.values(value).every((text) => typeof text === 'string')) {
    return value as Record<string, string>;
  }
  throw new InputError('file', `data: ${name} is damaged: its ${METADATA_KEY} does not map names to text`);
}

function parseEntry(tensor: string, value: unknown, name: string): Entry {
  const { dtype, shape, data_offsets: offsets } = isRecord(value) ? value : {};
  if (typeof dtype !== 'string' || !isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw new InputError(
      'file',
      `data: ${name} is damaged: tensor "${tensor}" lacks a dtype, a shape or two data_offsets`,
    );
  }
  if (!isTensorDtype(dtype)) {
    const supported = Object.keys(TENSOR_ARRAYS).join(', ');
    throw new InputError('file', `data: tensor "${tensor}" of ${name} is ${dtype}; supported are ${supported}`);
  }
  const [begin = 0, end = 0] = offsets;
  const expected = elementCount(shape) * TENSOR_ARRAYS[dtype].BYTES_PER_ELEMENT;
  if (end - begin !== expected) {
    throw new InputError(
      'file',
      `data: ${name} is damaged: tensor "${tensor}", ${dtype} [${shape.join(', ')}], takes ${expected} bytes, and its offsets give it ${end - begin}`,
    );
  }
  return { name: tensor, dtype, shape, begin, end };
}

/** Tensors follow one another from the first byte of the data to the last, so nothing can hide between them. */
function checkCoverage(entries: readonly Entry[], available: number, name: string): void {
  let position = 0;
  for (const entry of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (entry.begin !== position) {
      throw new InputError(
        'file',
        `data: ${name} is damaged: tensor "${entry.name}" begins at byte ${entry.begin} of the data, the one before it ends at ${position}`,
      );
    }
    position = entry.end;
  }
  if (position === available) return;
  const fault = position > available ? 'is truncated' : 'has bytes after its last tensor';
  throw new InputError(
    'file',
    `data: ${name} ${fault}: its tensors take ${position} bytes, and it has ${available} bytes of data`,
  );
}

function readTensor(bytes: Uint8Array, start: number, { dtype, shape, begin, end }: Entry): SafeTensor {
  const TensorArray = TENSOR_ARRAYS[dtype];
  const width = TensorArray.BYTES_PER_ELEMENT;
  const body = bytes.subarray(start + begin, start + end);
  const aligned = body.byteOffset % width === 0 ? body : new Uint8Array(body);
  const data = new TensorArray(aligned.buffer, aligned.byteOffset, aligned.byteLength / width);
  return { dtype, shape, data } as SafeTensor;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function isTensorDtype(dtype: string): dtype is TensorDtype {
  return Object.hasOwn(TENSOR_ARRAYS, dtype);
}
