import { expect, it } from 'vitest';
import { crc32c, maskedCrc32c } from './crc32c.ts';

// RFC 3720, appendix B.4.
it.each([
  [new Uint8Array(32), 0x8a9136aa],
  [new Uint8Array(32).fill(255), 0x62a8ab43],
  [Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  [Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
])('gives the checksums of the standard', (bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});

it('masks as TFRecord does', () => {
  expect(maskedCrc32c(new Uint8Array(32))).toBe((((0x8a9136aa >>> 15) | (0x8a9136aa << 17)) + 0xa282ead8) >>> 0);
});
