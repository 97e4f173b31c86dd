import { expect, test } from 'vitest';
import { bytesOf, crc32, crc32OfFloats } from './crc32.ts';

test.each([
  // The check value that catalogues of CRC algorithms give for CRC-32.
  ['123456789', 0xcbf43926],
  ['', 0],
])('the CRC-32 of "%s" is %i', (text, crc) => {
  expect(crc32(new TextEncoder().encode(text))).toBe(crc);
});

test('numbers count by their bytes, wherever their memory begins', () => {
  const values = Float32Array.of(9, 1, -2.5, 3);
  const view = values.subarray(1, 3);
  expect(crc32OfFloats(view)).toBe(crc32(Uint8Array.of(0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0)));
  expect(bytesOf(view).byteOffset).toBe(4);
});

test('any single bit that changes, changes it', () => {
  const bytes = Uint8Array.from({ length: 40 }, (_, i) => 7 * i);
  const crc = crc32(bytes);
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const changed = bytes.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    expect(crc32(changed)).not.toBe(crc);
  }
});
