import { expect, test } from 'vitest';
import { imageCount, scaleImages } from './labelled-images.ts';

test('bytes become brightnesses from 0 to 1, a row for an image', () => {
  const { images, labels } = scaleImages({ images: Uint8Array.of(0, 51, 255, 1), labels: Uint8Array.of(7, 3) }, 2);
  expect(images).toEqual({ data: Float32Array.of(0, 0.2, 1, 1 / 255), rows: 2, cols: 2 });
  expect(labels).toEqual(Int32Array.of(7, 3));
});

test('a limit is a count among those there are; without one all are taken', () => {
  expect(imageCount(undefined, 5, 'it')).toBe(5);
  expect(imageCount(0, 5, 'it')).toBe(0);
  for (const limit of [6, -1, 1.5]) {
    expect(() => imageCount(limit, 5, 'the test part')).toThrow(
      `data: the test part has 5 images, the limit ${limit} is not among 0 to that`,
    );
  }
});
