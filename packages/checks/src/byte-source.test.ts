import { expect, test } from 'vitest';
import { type ByteSource, InputError, toBytes } from './index.ts';

const plain = Uint8Array.of(3, 1, 4, 1, 5);
const larger = new Uint8Array([9, 9, ...plain, 9]);
const shared = new Uint8Array(new SharedArrayBuffer(8));
shared.set(larger);

test.each<[string, ByteSource]>([
  ['a Uint8Array', plain],
  ['a part of one', larger.subarray(2, 7)],
  ['a Buffer of its own', Buffer.from(plain.buffer)],
  ["a Buffer in Node's pool", Buffer.from([3, 1, 4, 1, 5])],
  ['a clamped array', Uint8ClampedArray.from(plain)],
  ['a DataView', new DataView(larger.buffer, 2, 5)],
  ['an ArrayBuffer', plain.slice().buffer],
  ['a part of shared memory', shared.subarray(2, 7)],
  ['numbers', [3, 1, 4, 1, 5]],
])('%s gives its bytes', (_, source) => {
  const bytes = toBytes(source, 'the file');
  expect(bytes).toEqual(plain);
  expect(bytes.constructor).toBe(Uint8Array);
  expect(bytes.slice(1, 3).buffer.byteLength).toBe(2);
});

test('shared memory is copied, since it may change; what is not shared is not', () => {
  const bytes = toBytes(shared, 'the file');
  expect(bytes.buffer).toBeInstanceOf(ArrayBuffer);
  expect(toBytes(Buffer.from(plain.buffer), 'the file').buffer).toBe(plain.buffer);
});

test.each([
  [Float32Array.of(1, 2), 'the file is a Float32Array of 2; give its bytes as a Uint8Array'],
  ['a.npy', 'the file is "a.npy"; give its bytes'],
  [undefined, 'the file is undefined; give its bytes'],
  [[1, 256], 'the file has 256 at 1 (counted from 0); bytes are whole numbers from 0 to 255'],
  [[1.5], 'the file has 1.5 at 0'],
])('%o is refused', (source, message) => {
  expect(() => toBytes(source as never, 'the file')).toThrow(new RegExp(`^data: ${message.replace(/[()]/g, '\\$&')}`));
  expect(() => toBytes(source as never, 'the file')).toThrow(InputError);
});
