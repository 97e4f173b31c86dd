import { createMatrix } from '@unbraid/data';
import { expect, it } from 'vitest';
import { padImages } from './pad-images.ts';

it('puts images in the middle of larger ones', () => {
  const images = createMatrix(
    2,
    2 * 29 * 29,
    Float32Array.from({ length: 4 * 29 * 29 }, (_, i) => 1 + i),
  );
  const padded = padImages(images, { channels: 2, size: 32 });
  expect([padded.rows, padded.cols]).toEqual([2, 2 * 32 * 32]);
  const at = (row: number, channel: number, y: number, x: number) =>
    padded.data[((row * 2 + channel) * 32 + y) * 32 + x];
  expect(at(0, 0, 1, 1)).toBe(1);
  expect(at(0, 0, 1, 2)).toBe(2);
  expect(at(1, 1, 29, 29)).toBe(4 * 29 * 29);
  expect([at(1, 1, 0, 5), at(1, 1, 30, 5), at(1, 1, 5, 30), at(1, 1, 5, 0)]).toEqual([0, 0, 0, 0]);
  const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);
  expect(sum(padded.data)).toBe(sum(images.data));
});

it('refuses images that do not fit', () => {
  expect(() => padImages(createMatrix(1, 783), { channels: 1, size: 32 })).toThrow(
    'dynamic-vae: images of 783 entries are no 1 channels of squares of at most 32 pixels',
  );
  expect(() => padImages(createMatrix(1, 4096), { channels: 1, size: 32 })).toThrow('of at most 32 pixels');
});
