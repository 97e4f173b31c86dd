import { expect, test } from 'vitest';
import { CIFAR10_CLASSES, CIFAR10_PIXELS, parseCifar10 } from './cifar10.ts';

/** A file of images, each filled with one brightness per plane: r, r + 1 and r + 2 for record r. */
function fileOf(...labels: number[]): Uint8Array {
  const planes = (record: number) => [0, 1, 2].flatMap((plane) => Array<number>(32 * 32).fill(record + plane));
  return Uint8Array.from(labels.flatMap((label, record) => [label, ...planes(record)]));
}

test('labels and planes come apart', () => {
  const { images, labels } = parseCifar10(fileOf(6, 9, 0));
  expect([...labels]).toEqual([6, 9, 0]);
  expect(images).toHaveLength(3 * CIFAR10_PIXELS);
  expect([images[0], images[1024], images[2048], images[3071]]).toEqual([0, 1, 2, 2]);
  expect([images[3072], images[3072 + 1024], images.at(-1)]).toEqual([1, 2, 4]);
  expect(CIFAR10_CLASSES[labels[0]!]).toBe('frog');
});

test('a limit takes the first records', () => {
  const { images, labels } = parseCifar10(fileOf(6, 9, 0), 'f', 2);
  expect([...labels]).toEqual([6, 9]);
  expect(images).toHaveLength(2 * CIFAR10_PIXELS);
});

test.each([3072, 3074, 0])('a file of %d bytes is refused', (bytes) => {
  expect(() => parseCifar10(new Uint8Array(bytes), 'data_batch_1.bin')).toThrow(
    `data: data_batch_1.bin is truncated or not a file of CIFAR-10 images: it has ${bytes} bytes, which is not one record of 3073 bytes or more`,
  );
});

test('a label above 9 is named with its record', () => {
  expect(() => parseCifar10(fileOf(1, 10), 'data_batch_1.bin')).toThrow(
    'data: data_batch_1.bin: record 1 (counted from 0) has the label 10, CIFAR-10 has 0 to 9',
  );
});
