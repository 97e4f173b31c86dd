import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRangeDecoder } from './range-decoder.ts';
import { createRangeEncoder } from './range-encoder.ts';

interface Part {
  readonly start: number;
  readonly size: number;
  readonly total: number;
}

/** A part of up to 2³¹, often at an end, where carries and long runs of equal bytes come from. */
const part: fc.Arbitrary<Part> = fc
  .oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 2 ** 31 }))
  .chain((total) =>
    fc
      .oneof(fc.constantFrom(0, total - 1), fc.integer({ min: 0, max: total - 1 }))
      .chain((start) =>
        fc
          .oneof(fc.constantFrom(1, total - start), fc.integer({ min: 1, max: total - start }))
          .map((size) => ({ start, size, total })),
      ),
  );

function encode(parts: readonly Part[]): Uint8Array {
  const encoder = createRangeEncoder();
  for (const { start, size, total } of parts) encoder.encode(start, size, total);
  return encoder.finish();
}

function expectDecodes(bytes: Uint8Array, parts: readonly Part[]): void {
  const decoder = createRangeDecoder(bytes);
  for (const { start, size, total } of parts) {
    const found = decoder.part(total);
    expect(found).toBeGreaterThanOrEqual(start);
    expect(found).toBeLessThan(start + size);
    decoder.narrow(start, size);
  }
}

test('every part comes back, in order', () => {
  fc.assert(fc.property(fc.array(part, { maxLength: 300 }), (parts) => expectDecodes(encode(parts), parts)));
});

test('a message takes the bits that its parts are worth, and at most two bytes more', () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 300 }), (parts) => {
      const bits = parts.reduce((sum, { size, total }) => sum + Math.log2(total / size), 0);
      // A part is narrower than it should be by at most total / 2⁴⁰ of itself, 2⁻⁹.
      const rounding = parts.length * Math.log2(1 / (1 - 2 ** -9));
      expect(8 * encode(parts).length).toBeLessThanOrEqual(bits + rounding + 16);
    }),
  );
});

test('a carry runs through all bytes that are full', () => {
  // Halves around ½ begin with the bytes 127, 255, 255, …; the last part is above ½.
  const around = Array.from({ length: 203 }, () => ({ start: 1, size: 2, total: 4 }));
  const parts = [...around, { start: 3, size: 1, total: 4 }];
  expect(encode(around).subarray(0, 20)).toEqual(Uint8Array.of(127, ...Array<number>(19).fill(255)));
  expect(encode(parts).subarray(0, 20)).toEqual(Uint8Array.of(128, ...Array<number>(19).fill(0)));
  expectDecodes(encode(parts), parts);
});

test('bytes that no encoder wrote give parts within range', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), fc.array(part), (bytes, parts) => {
      const decoder = createRangeDecoder(bytes);
      for (const { total } of parts) {
        const found = decoder.part(total);
        expect(found).toBeGreaterThanOrEqual(0);
        expect(found).toBeLessThan(total);
        decoder.narrow(found, 1);
      }
    }),
  );
});
