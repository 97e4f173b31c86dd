import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeSafetensors } from '@unbraid/data';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/folders.ts';
import { decodeCheckpoint, encodeCheckpoint, readStamp } from './checkpoint-file.ts';

const stamp = { bytes: 120, rootLines: 3, unit: 'fit', unitLines: 2, seconds: 1.25 };
const value = { loss: Number.NaN, steps: [1, 2], weights: Float32Array.of(1, -0, 2), mask: Uint8Array.of(1, 0, 1) };

it('gives back key, value and stamp', () => {
  const bytes = encodeCheckpoint({ key: 'k=1 / relu', value, stamp }, 'unit');
  expect(decodeCheckpoint(bytes, 'file')).toStrictEqual({ key: 'k=1 / relu', value, stamp });
});

it('reads a stamp without the arrays', async () => {
  const path = join(temporaryFolder(), 'c.safetensors');
  const bytes = encodeCheckpoint({ key: 'k', value, stamp }, 'unit');
  writeFileSync(path, bytes.subarray(0, bytes.length - 4));
  expect(await readStamp(path)).toEqual(stamp);
});

it.each([
  ['text', Buffer.from('some text that is no checkpoint at all')],
  ['nothing', Buffer.alloc(0)],
  ['another safetensors file', encodeSafetensors({ w: { dtype: 'F32', shape: [1], data: Float32Array.of(1) } })],
])('says so when a file holds %s', async (_, bytes) => {
  const path = join(temporaryFolder(), 'c.safetensors');
  writeFileSync(path, bytes);
  await expect(readStamp(path)).rejects.toThrow(`${path} is not a checkpoint; delete it`);
});
