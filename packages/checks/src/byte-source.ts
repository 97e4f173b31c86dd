import { InputError } from './input-error.ts';
import { showValue } from './show-value.ts';

/** What readers take as bytes: a Uint8Array or Buffer, wherever it begins in its buffer; a buffer; or numbers from 0 to 255. */
export type ByteSource = Uint8Array | Uint8ClampedArray | Int8Array | DataView | ArrayBufferLike | readonly number[];

/**
 * The bytes as a Uint8Array of its own kind: without Node's Buffer methods, whose `slice` does not copy as that of every other typed
 * array does, and not of shared memory, which could change while it is read. It is a view wherever it can be.
 *
 * @param owner the package that asks, which the error begins with.
 * @throws {InputError} `data`, where the source is something else than bytes
 */
export function toBytes(source: ByteSource, name: string, owner = 'data'): Uint8Array<ArrayBuffer> {
  if (ArrayBuffer.isView(source) && bytesPerElement(source) === 1) {
    return unshared(new Uint8Array(source.buffer, source.byteOffset, source.byteLength));
  }
  if (source instanceof ArrayBuffer || isShared(source)) return unshared(new Uint8Array(source));
  if (Array.isArray(source)) return fromNumbers(source, name, owner);
  throw new InputError('data', `${owner}: ${name} is ${showValue(source)}; give its bytes as a Uint8Array`);
}

function bytesPerElement(view: ArrayBufferView): number {
  return 'BYTES_PER_ELEMENT' in view ? (view.BYTES_PER_ELEMENT as number) : 1;
}

function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return isShared(bytes.buffer) ? bytes.slice() : (bytes as Uint8Array<ArrayBuffer>);
}

/** Browsers have shared memory only on pages that ask for it. */
function isShared(source: unknown): source is SharedArrayBuffer {
  return typeof SharedArrayBuffer !== 'undefined' && source instanceof SharedArrayBuffer;
}

function fromNumbers(numbers: readonly unknown[], name: string, owner: string): Uint8Array<ArrayBuffer> {
  const wrong = numbers.findIndex(
    (byte) => !(Number.isInteger(byte) && (byte as number) >= 0 && (byte as number) < 256),
  );
  if (wrong < 0) return Uint8Array.from(numbers as number[]);
  throw new InputError(
    'data',
    `${owner}: ${name} has ${showValue(numbers[wrong])} at ${wrong} (counted from 0); bytes are whole numbers from 0 to 255`,
  );
}
