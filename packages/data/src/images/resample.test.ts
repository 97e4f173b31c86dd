import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DecodedImage } from './decoded-image.ts';
import type { Orientation } from './orientation.ts';
import { type ImageTarget, imageFits, resample } from './resample.ts';

function image(width: number, height: number, channels: number, samples: readonly number[], full = 255): DecodedImage {
  const length = width * channels;
  return { width, height, channels, full, orientation: 1, row: (y) => samples.slice(y * length, (y + 1) * length) };
}

function grey(width: number, height: number, samples: readonly number[]): DecodedImage {
  return image(width, height, 1, samples);
}

function resampled(image: DecodedImage, target: Partial<ImageTarget> = {}): number[] {
  const whole = { size: 2, channels: 1, background: 1, ...target } as const;
  const out = new Float32Array(whole.channels * whole.size ** 2);
  resample(image, whole, out);
  return [...out];
}

test('a pixel is the mean of those it covers', () => {
  const samples = [0, 255, 51, 51, 255, 0, 51, 51, 0, 0, 102, 0, 0, 0, 0, 102];
  const expected = [0.5, 0.2, 0, 0.2];
  for (const [i, value] of resampled(grey(4, 4, samples)).entries()) expect(value).toBeCloseTo(expected[i]!, 6);
});

test('a pixel that is covered partly counts by that part', () => {
  const [left, right] = resampled(grey(3, 1, [255, 0, 0]));
  expect(left).toBeCloseTo(2 / 3, 6);
  expect(right).toBe(0);
});

test('the mean brightness stays, whatever the sizes, and rows stay rows', () => {
  const images = fc.record({
    width: fc.integer({ min: 1, max: 9 }),
    height: fc.integer({ min: 1, max: 9 }),
    seed: fc.nat(255),
  });
  fc.assert(
    fc.property(images, fc.integer({ min: 1, max: 7 }), ({ width, height, seed }, size) => {
      const samples = Array.from({ length: width * height }, (_, i) => (i * 37 + seed) % 256);
      const out = resampled(grey(width, height, samples), { size });
      const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(mean(out)).toBeCloseTo(mean(samples) / 255, 5);
      const shaded = Array.from({ length: width * height }, (_, i) => (Math.floor(i / width) * 255) / height);
      const rows = resampled(grey(width, height, shaded), { size });
      for (const [i, value] of rows.entries()) expect(value).toBeCloseTo(rows[i - (i % size)]!, 6);
    }),
  );
});

test('colours come as planes, red first; grey is their luma', () => {
  const colours = image(1, 1, 3, [255, 51, 0]);
  expect(resampled(colours, { size: 1, channels: 3 })).toEqual([1, Math.fround(0.2), 0]);
  expect(resampled(colours, { size: 1 })[0]).toBeCloseTo(0.299 + 0.587 / 5, 6);
  expect(resampled(grey(1, 1, [255]), { size: 1, channels: 3 })).toEqual([1, 1, 1]);
});

test('the background shows through by the opacity, of grey and of coloured images', () => {
  const greyImage = image(1, 1, 2, [0, 51]);
  expect(resampled(greyImage, { size: 1 })[0]).toBeCloseTo(0.8, 6);
  expect(resampled(greyImage, { size: 1, background: 0.5 })[0]).toBeCloseTo(0.4, 6);
  const clear = image(1, 1, 4, [9, 9, 9, 0]);
  expect(resampled(clear, { size: 1, channels: 3 })).toEqual([1, 1, 1]);
});

test('an image of any orientation comes out as the scene does', () => {
  // Upright, 3 × 2: what each orientation stores of it (TIFF 6.0, tag 274), row by row.
  const scene = [10, 20, 30, 40, 50, 60];
  const stored: readonly (readonly [Orientation, number, number, readonly number[]])[] = [
    [1, 3, 2, scene],
    [2, 3, 2, [30, 20, 10, 60, 50, 40]],
    [3, 3, 2, [60, 50, 40, 30, 20, 10]],
    [4, 3, 2, [40, 50, 60, 10, 20, 30]],
    [5, 2, 3, [10, 40, 20, 50, 30, 60]],
    [6, 2, 3, [30, 60, 20, 50, 10, 40]],
    [7, 2, 3, [60, 30, 50, 20, 40, 10]],
    [8, 2, 3, [40, 10, 50, 20, 60, 30]],
  ];
  const expected = resampled(grey(3, 2, scene), { size: 6, channels: 3 });
  for (const [orientation, width, height, samples] of stored) {
    const turned = resampled({ ...grey(width, height, samples), orientation }, { size: 6, channels: 3 });
    for (const [i, value] of turned.entries()) expect(value, `orientation ${orientation}`).toBeCloseTo(expected[i]!, 6);
  }
});

test.each(imageFits)('an image that is no square becomes one by %s as Pillow makes it', (fit) => {
  const path = new URL('../../test/fixtures/image-fits.json', import.meta.url);
  const { width, height, samples, size, margin, ...expected } = JSON.parse(readFileSync(path, 'utf8'));
  const out = resampled(grey(width, height, samples), { size, fit, margin });
  expect(out).toHaveLength(expected[fit].length);
  for (const [i, value] of out.entries()) expect(value).toBeCloseTo(expected[fit][i], 6);
});

test('padding enlarges nothing', () => {
  const out = resampled(grey(2, 1, [255, 51]), { size: 4, fit: 'pad', margin: 0.5 });
  const half = [0.5, 0.5, 0.5, 0.5];
  expect(out).toEqual([...half, 0.5, 1, Math.fround(0.2), 0.5, ...half, ...half]);
});

test('a line of pixels is padded and cropped', () => {
  const samples = Array.from({ length: 300 }, (_, i) => i % 256);
  const padded = resampled(grey(300, 1, samples), { size: 3, fit: 'pad' });
  expect(padded.filter((value) => value > 0)).toHaveLength(3);
  expect(padded[4]).toBeCloseTo(149.5 / 255, 6);
  expect(resampled(grey(300, 1, samples), { size: 1, fit: 'crop' })[0]).toBeCloseTo(149 / 255, 6);
});
