import { decode, Encoder, ExtensionCodec } from '@msgpack/msgpack';
import { EnvError } from '../env-error.ts';
import { arrayBytes, createArray, type Dtype, isArrayOf } from '../spaces/dtype.ts';
import { checkClaims } from './claims.ts';

/** The extension that an array of numbers travels as: a byte for its type, then its elements, little-endian. */
const ARRAY = 1;

/** A type's number on the wire is its place here, which python/unbraid_gym knows too. */
const dtypesOnWire: readonly Dtype[] = [
  'float32',
  'float64',
  'int8',
  'int16',
  'int32',
  'uint8',
  'uint16',
  'uint32',
  'int64',
  'uint64',
];

const extensionCodec = new ExtensionCodec();
extensionCodec.register({ type: ARRAY, encode: encodeArray, decode: decodeArray });

const encoder = new Encoder({ extensionCodec, ignoreUndefined: true });

/** A message that cannot be read, or that makes no sense. */
export class MessageError extends Error {
  override readonly name = 'MessageError';
  readonly code = 'message';
}

/** A message: MessagePack, with typed arrays as they are. */
export function encodeMessage(message: unknown): Uint8Array<ArrayBuffer> {
  return encoder.encode(message);
}

/** @throws MessageError for bytes that are no message */
export function decodeMessage(bytes: Uint8Array): unknown {
  try {
    checkClaims(bytes);
    return decode(bytes, { extensionCodec });
  } catch (error) {
    throw new MessageError(`sim-env: this is no MessagePack message: ${(error as Error).message}`);
  }
}

/** Types' numbers by the constructors of their arrays, which is quicker than to ask for each of them. */
const codes = new Map<unknown, number>([
  ...dtypesOnWire.map((dtype, code) => [createArray(dtype, 0).constructor, code] as const),
  [Uint8ClampedArray, dtypesOnWire.indexOf('uint8')],
]);

function codeOf(value: ArrayBufferView): number | undefined {
  const code = codes.get(value.constructor);
  if (code !== undefined) return code;
  // A Buffer, or another class of its own.
  const found = dtypesOnWire.findIndex((dtype) => isArrayOf(value, dtype));
  return found < 0 ? undefined : found;
}

function encodeArray(value: unknown): Uint8Array | null {
  if (!ArrayBuffer.isView(value)) return null;
  const code = codeOf(value);
  if (code === undefined) return null;
  const bytes = new Uint8Array(1 + value.byteLength);
  bytes[0] = code;
  bytes.set(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), 1);
  return bytes;
}

function decodeArray(bytes: Uint8Array): unknown {
  const dtype = dtypesOnWire[bytes[0]!];
  if (dtype === undefined) throw new EnvError('data', `an array is of type ${bytes[0]}, which is none`);
  const length = (bytes.length - 1) / arrayBytes(dtype);
  if (!Number.isInteger(length)) throw new EnvError('data', `${bytes.length - 1} bytes are no array of ${dtype}`);
  const array = createArray(dtype, length);
  new Uint8Array(array.buffer).set(bytes.subarray(1));
  return array;
}
