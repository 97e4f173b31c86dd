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

test('a size that a member cannot unpack to is refused before there is room made for it', async () => {
  const bytes = npzBytes({ a: arrays.a });
  const entry = Buffer.from(bytes).lastIndexOf('PK\x01\x02', undefined, 'latin1');
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(entry + 24, 0x7fffffff, true);
  await expect(readNpz(saved(bytes), ['a'])).rejects.toThrow(
    /^data: a\.npy in .* is damaged: its \d+ bytes cannot unpack to the 2147483647 that the archive says$/,
  );
});

test('what unpacks to another size than its header says is refused at its beginning', async () => {
  const bomb = new Uint8Array(64 * 2 ** 20);
  bomb.set(npyBytes('<f4', [2], new Float32Array(2)));
  const path = saved(npzBytes({ a: bomb }));
  const before = process.memoryUsage.rss();
  await expect(readNpz(path, ['a'])).rejects.toThrow(
    'is truncated or damaged: 2 values of type <f4 end at byte 136, the file at 67108864',
  );
  expect(process.memoryUsage.rss() - before).toBeLessThan(32 * 2 ** 20);
});

test('a limit is kept', async () => {
  const path = saved(npzBytes(arrays));
  await expect(readNpz(path, ['a'], { maxBytes: 500 })).rejects.toThrow(
    `data: a in ${path} unpacks to 928 bytes; set maxBytes above 500 to read it`,
  );
  expect((await readNpz(path, ['a'], { maxBytes: 928 })).a.shape).toEqual([2, 100]);
  await expect(readNpz(path, ['a'], { maxbytes: 5 } as never)).rejects.toThrow('has no setting "maxbytes"');
});

test('a long header is read with the rest', async () => {
  const fields = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }".padEnd(200_000);
  const head = Buffer.from('\x93NUMPY\x02\x00\0\0\0\0', 'latin1');
  head.writeUInt32LE(fields.length, 8);
  const a = Buffer.concat([head, Buffer.from(fields), Buffer.of(8, 9)]);
  for (const compressed of [true, false]) {
    expect((await readNpz(saved(npzBytes({ a }, compressed)), ['a'])).a.data).toEqual(Uint8Array.of(8, 9));
  }
});

test('names are a list', async () => {
  await expect(readNpz('a.npz', 'ab' as never)).rejects.toThrow('data: readNpz takes a list of names, got "ab"');
});

test('a missing file is named', async () => {
  await expect(readNpz('/nowhere/a.npz', ['a'])).rejects.toThrow('data: cannot read /nowhere/a.npz');
});
