import { encode as encodePng } from 'fast-png';
import { encode as encodeJpeg } from 'jpeg-js';
import { expect, test } from 'vitest';
import { pngBytes } from '../../test/png-bytes.ts';
import { decodeImage } from './decode-image.ts';

test.each([1, 2, 3, 4])('a PNG image of %d channels of 8 bits gives its samples', (channels) => {
  const data = Uint8Array.from({ length: 6 * channels }, (_, i) => i * 9);
  const image = decodeImage(encodePng({ width: 3, height: 2, channels, data }));
  expect(image).toMatchObject({ width: 3, height: 2, channels, full: 255 });
  expect([...(image.samples as Uint8Array)]).toEqual([...data]);
});

test('a PNG image of 16 bits keeps them', () => {
  const data = Uint16Array.of(0, 1000, 65535, 3);
  const image = decodeImage(encodePng({ width: 2, height: 2, channels: 1, depth: 16, data }));
  expect(image.full).toBe(65535);
  expect([...(image.samples as Uint16Array)]).toEqual([...data]);
});

test('grey levels of less than a byte are unpacked row by row', () => {
  // Rows of three levels of 2 bits: 0 1 2 and 3 0 1, then two bits of nothing.
  const image = decodeImage(pngBytes({ width: 3, height: 2, depth: 2, rows: [[0b00_01_10_00], [0b11_00_01_11]] }));
  expect(image).toMatchObject({ channels: 1, full: 3 });
  expect([...(image.samples as Uint8Array)]).toEqual([0, 1, 2, 3, 0, 1]);
});

test('indexes into a palette become its colours', () => {
  const palette = [0, 0, 0, 200, 100, 50];
  const image = decodeImage(pngBytes({ width: 2, height: 1, depth: 1, rows: [[0b0100_0000]], palette }));
  expect(image).toMatchObject({ channels: 3, full: 255 });
  expect([...(image.samples as Uint8Array)]).toEqual(palette);
});

test('a JPEG image gives red, green and blue', () => {
  const data = new Uint8Array(16 * 8 * 4);
  for (let i = 0; i < 16 * 8; i++) data.set([200, 100, 50, 255], 4 * i);
  const image = decodeImage(encodeJpeg({ width: 16, height: 8, data }, 95).data);
  expect(image).toMatchObject({ width: 16, height: 8, channels: 3, full: 255 });
  for (const [k, value] of [200, 100, 50].entries()) expect(Math.abs(image.samples[k]! - value)).toBeLessThan(4);
});

test('what is neither PNG nor JPEG, or damaged, is refused', () => {
  expect(() => decodeImage(Uint8Array.of(0x47, 0x49, 0x46, 0x38))).toThrow('it is neither a PNG nor a JPEG image');
  expect(() => decodeImage(new Uint8Array(0))).toThrow('it is neither');
  const png = encodePng({ width: 8, height: 8, channels: 1, data: new Uint8Array(64) });
  expect(() => decodeImage(png.subarray(0, png.length - 20))).toThrow();
  const damaged = png.slice();
  damaged[45]! ^= 1;
  expect(() => decodeImage(damaged)).toThrow();
  const jpeg = encodeJpeg({ width: 16, height: 16, data: new Uint8Array(1024).fill(99) }, 90).data;
  expect(() => decodeImage(jpeg.subarray(0, 300))).toThrow();
});

test('an image too large for memory is refused by its header', () => {
  const png = encodePng({ width: 1, height: 1, channels: 1, data: new Uint8Array(1) });
  new DataView(png.buffer, png.byteOffset).setUint32(16, 100_001);
  new DataView(png.buffer, png.byteOffset).setUint32(20, 1000);
  expect(() => decodeImage(png)).toThrow('it has more than 100 million pixels');
});
