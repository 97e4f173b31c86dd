import assert from 'node:assert/strict';
import { CIFAR10_CLASSES, parseCifar10 } from '@unbraid/data';
import type { ByteTarget } from '../target.ts';

const RECORD = 1 + 3 * 32 * 32;

export const cifar10: ByteTarget = {
  name: 'cifar10',
  seeds: () =>
    [1, 2].map((records) => Uint8Array.from({ length: records * RECORD }, (_, i) => (i % RECORD === 0 ? 7 : i % 256))),
  run(bytes) {
    const { images, labels } = parseCifar10(bytes);
    assert.equal(images.length + labels.length, bytes.length);
    assert.ok(labels.every((label) => label < CIFAR10_CLASSES.length));
  },
};
