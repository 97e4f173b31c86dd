import { InputError } from '../input-error.ts';
import { shownShape } from '../listed.ts';
import { showValue } from '../show-value.ts';
import {
  elementCount,
  LENGTH_BYTES,
  METADATA_KEY,
  type SafeTensor,
  TENSOR_ARRAYS,
  type TensorDtype,
} from './safetensors.ts';

/** Data begins at a multiple of this many bytes, so that every element is aligned; the header is padded with spaces. */
const ALIGNMENT = 8;

/**
 * The bytes of a safetensors file (format: github.com/huggingface/safetensors). Tensors are copied.
 *
 * The same tensors and metadata give the same bytes, in whatever order the names were added.
 *
 * @param owner the package that asks, which errors begin with.
 * @throws where an array does not have the dtype or the number of elements that its tensor says.
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, SafeTensor>>,
  metadata: Readonly<Record<string, string>> = {},
  owner = 'data',
): Uint8Array<ArrayBuffer> {
  for (const [name, tensor] of Object.entries(tensors)) checkTensor(name, tensor, owner);
  checkMetadata(metadata, owner);
  const ordered = Object.entries(tensors).sort(byFileOrder);
  const header: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) header.push([METADATA_KEY, sortedByKey(metadata)]);
  let end = 0;
  for (const [name, tensor] of ordered) {
    const { dtype, shape, data } = tensor;
    header.push([name, { dtype, shape, data_offsets: [end, end + data.byteLength] }]);
    end += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const start = LENGTH_BYTES + Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const bytes = allocated(start + end, owner);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - LENGTH_BYTES), true);
  bytes.set(json, LENGTH_BYTES);
  bytes.fill(0x20, LENGTH_BYTES + json.length, start);
  let position = start;
  for (const [, { data }] of ordered) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return bytes;
}

function allocated(length: number, owner: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(length);
  } catch (cause) {
    throw new InputError(
      'limit',
      `${owner}: tensors of ${length} bytes are more than there is room for; write them in several files`,
      {
        cause,
      },
    );
  }
}

function checkMetadata(metadata: Readonly<Record<string, unknown>>, owner: string): void {
  const wrong = Object.entries(metadata).find(([, text]) => typeof text !== 'string');
  if (!wrong) return;
  throw new InputError(
    'data',
    `${owner}: the metadata ${showValue(wrong[0])} is ${showValue(wrong[1])}; safetensors keeps text`,
  );
}

const FILE_ORDER = Object.keys(TENSOR_ARRAYS) as TensorDtype[];

function byFileOrder([nameA, a]: [string, SafeTensor], [nameB, b]: [string, SafeTensor]): number {
  return FILE_ORDER.indexOf(a.dtype) - FILE_ORDER.indexOf(b.dtype) || compare(nameA, nameB);
}

function sortedByKey(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => compare(a, b)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function checkTensor(name: string, tensor: Partial<SafeTensor> | undefined, owner: string): void {
  const refuse = (message: string) => new InputError('data', `${owner}: tensor ${showValue(name)} ${message}`);
  if (name === METADATA_KEY)
    throw new InputError('data', `${owner}: a tensor cannot be named ${METADATA_KEY}; safetensors reserves it`);
  const { dtype, shape, data } = tensor ?? {};
  if (dtype === undefined || !Object.hasOwn(TENSOR_ARRAYS, dtype))
    throw refuse(`has dtype ${showValue(dtype)}; supported are ${FILE_ORDER.join(', ')}`);
  const array = TENSOR_ARRAYS[dtype];
  if (!(data instanceof array)) throw refuse(`is ${dtype} and so needs a ${array.name}, not ${showValue(data)}`);
  const isShape = Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!isShape) throw refuse(`has ${showValue(shape)} for a shape; give a list of sizes`);
  if (elementCount(shape) !== data.length)
    throw refuse(`has shape ${shownShape(shape)}, its array has ${data.length} elements`);
}
