import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { npyBytes, npzBytes } from '../test/npz-bytes.ts';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { readNpz } from './read-npz.ts';

const arrays = {
  a: npyBytes('<f4', [2, 100], new Float32Array(200).fill(0.25)),
  b: npyBytes('|b1', [3], Uint8Array.of(1, 0, 1)),
};

function saved(bytes: Uint8Array): string {
  const path = join(temporaryFolder(), 'arrays.npz');
  writeFileSync(path, bytes);
  return path;
}

test.each([true, false])('arrays are read by their names (compressed: %s)', async (compressed) => {
  const { a, b } = await readNpz(saved(npzBytes(arrays, compressed)), ['a', 'b']);
  expect(a).toEqual({ shape: [2, 100], data: new Float32Array(200).fill(0.25) });
  expect(b.data).toEqual(Uint8Array.of(1, 0, 1));
});

test('an array that is not there is told with those that are', async () => {
  const path = saved(npzBytes(arrays));
  await expect(readNpz(path, ['c'])).rejects.toThrow(`data: ${path} has no array "c"; it has a, b`);
});

test('every cut of the file is refused', async () => {
  const bytes = npzBytes(arrays);
  for (let length = 0; length < bytes.length; length += 7) {
    const path = saved(bytes.subarray(0, length));
    await expect(readNpz(path, ['a', 'b'])).rejects.toThrow(`data: ${path} is not a zip archive, or it is damaged`);
  }
});

test('a changed byte of the content is found by the checksum', async () => {
  for (const compressed of [true, false]) {
    const bytes = npzBytes(arrays, compressed);
    const middle = compressed ? 60 : 300;
    bytes[middle]! ^= 0x10;
    await expect(readNpz(saved(bytes), ['a'])).rejects.toThrow(/^data: a\.npy in .* is damaged/);
  }
});

test('a missing file is named', async () => {
  await expect(readNpz('/nowhere/a.npz', ['a'])).rejects.toThrow('data: cannot read /nowhere/a.npz');
});
