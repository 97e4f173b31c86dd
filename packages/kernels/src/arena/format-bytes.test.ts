import { expect, it } from 'vitest';
import { formatBytes } from './format-bytes.ts';

it('writes a byte count in the unit that keeps it short', () => {
  expect([0, 640, 1536, 5 * 2 ** 20, 3.25 * 2 ** 30, 5000 * 2 ** 30].map(formatBytes)).toEqual([
    '0 bytes',
    '640 bytes',
    '1.5 KiB',
    '5.0 MiB',
    '3.3 GiB',
    '5000.0 GiB',
  ]);
});
