import { createHash } from 'node:crypto';
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { npyBytes } from '../../test/npz-bytes.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { parseNpy } from '../npy.ts';
import { createNpyBlocks, type NpyBlocksOptions } from './create-npy-blocks.ts';
import type { NpyBlock, NpyFloat } from './header.ts';
import { openNpyBlocks } from './open-npy-blocks.ts';

vi.mock('node:fs', { spy: true });
vi.mock('node:fs/promises', { spy: true });
afterEach(() => {
  vi.mocked(fs.statfs).mockReset();
  vi.mocked(writeSync).mockReset();
});

/** Written by `python/fixtures/npy_fixture.py`. */
const fixture = (name: string) => fileURLToPath(new URL(`../../test/fixtures/npy/${name}.npy`, import.meta.url));

/** Entry i, j of the symmetric matrix of the tests: `numpy.add.outer(i, i) + 100 * numpy.multiply.outer(i, i)` / 8. */
const entry = (i: number, j: number): number => (i + j + 100 * i * j) / 8;

const SIZE = 5;
const options = (dtype: NpyFloat): NpyBlocksOptions => ({
  rows: SIZE,
  columns: SIZE,
  dtype,
  blocks: 3,
  symmetric: true,
  about: 'a test',
});

function block(dtype: NpyFloat, row: number, column: number, rows: number, columns: number): NpyBlock {
  const values = Array.from({ length: rows * columns }, (_, k) =>
    entry(row + Math.floor(k / columns), column + (k % columns)),
  );
  return {
    row,
    column,
    rows,
    columns,
    data: dtype === 'float32' ? Float32Array.from(values) : Float64Array.from(values),
  };
}

const blocksOf = (dtype: NpyFloat) => [block(dtype, 0, 0, 3, 3), block(dtype, 0, 3, 3, 2), block(dtype, 3, 3, 2, 2)];

describe('a file that is written by blocks', () => {
  test.each(['float32', 'float64'] as const)(
    'is the one of %s that NumPy writes, in whatever order they come',
    async (dtype) => {
      for (const order of [
        [0, 1, 2],
        [2, 0, 1],
      ]) {
        const path = join(temporaryFolder(), 'k.npy');
        const writer = await createNpyBlocks(path, options(dtype));
        const blocks = blocksOf(dtype);
        for (const index of order) await writer.write(index, blocks[index]!);
        expect(existsSync(path)).toBe(false);
        const digest = await writer.digest();
        await writer.finish();
        await writer.close();
        const bytes = readFileSync(path);
        expect(Buffer.compare(bytes, readFileSync(fixture(`symmetric-${dtype}`)))).toBe(0);
        expect(digest).toBe(createHash('sha256').update(bytes).digest('hex'));
        expect(readdirSync(join(path, '..'))).toEqual(['k.npy']);
      }
    },
  );

  test('of a matrix that is not symmetric has each block where it belongs', async () => {
    const path = join(temporaryFolder(), 'a.npy');
    const writer = await createNpyBlocks(path, { rows: 2, columns: 3, dtype: 'float64', blocks: 2, about: '' });
    await writer.write(1, { row: 0, column: 1, rows: 2, columns: 2, data: Float64Array.of(2, 3, 5, 6) });
    await writer.write(0, { row: 0, column: 0, rows: 2, columns: 1, data: Float64Array.of(1, 4) });
    await writer.finish();
    await writer.close();
    expect(parseNpy(readFileSync(path))).toEqual({ shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) });
  });

  test('goes on in another session, and has what was written', async () => {
    const path = join(temporaryFolder(), 'k.npy');
    const [first, ...others] = blocksOf('float32');
    const writer = await createNpyBlocks(path, options('float32'));
    await writer.write(0, first!);
    await writer.close();
    const again = await createNpyBlocks(path, options('float32'));
    expect([0, 1, 2].map(again.has)).toEqual([true, false, false]);
    await expect(again.finish()).rejects.toThrow('finish of');
    await expect(again.digest()).rejects.toThrow('2 of 3 blocks are missing, the first of them 1');
    for (const [i, each] of others.entries()) await again.write(i + 1, each);
    await again.finish();
    await again.finish();
    await again.close();
    expect(Buffer.compare(readFileSync(path), readFileSync(fixture('symmetric-float32')))).toBe(0);
    const named = await createNpyBlocks(path, options('float32'));
    expect([0, 1, 2].every(named.has)).toBe(true);
    expect(await named.digest()).toBe(createHash('sha256').update(readFileSync(path)).digest('hex'));
    await named.finish();
    await named.close();
  });

  test('that was cut to its length and not named yet is whole', async () => {
    const path = join(temporaryFolder(), 'k.npy');
    const bytes = readFileSync(fixture('symmetric-float32'));
    writeFileSync(`${path}.part`, bytes);
    const writer = await createNpyBlocks(path, options('float32'));
    await writer.finish();
    await writer.close();
    expect(Buffer.compare(readFileSync(path), bytes)).toBe(0);
  });

  test('takes the upper triangle of a block on the diagonal', async () => {
    const path = join(temporaryFolder(), 'k.npy');
    const writer = await createNpyBlocks(path, { ...options('float32'), rows: 2, columns: 2, blocks: 1 });
    await writer.write(0, { row: 0, column: 0, rows: 2, columns: 2, data: Float32Array.of(1, 2, 99, 3) });
    await writer.finish();
    await writer.close();
    expect([...(parseNpy(readFileSync(path)).data as Float32Array)]).toEqual([1, 2, 2, 3]);
  });
});

describe('a file that can not be written is one line', () => {
  const begun = async (path: string, changed: Partial<NpyBlocksOptions> = {}) => {
    const writer = await createNpyBlocks(path, { ...options('float32'), ...changed });
    await writer.close();
  };

  test.each([
    ['another size', { rows: 4, columns: 4 }],
    ['another type', { dtype: 'float64' }],
    ['other blocks', { blocks: 4 }],
    ['something else', { about: 'other' }],
    ['something else of as many letters', { about: 'a tesT' }],
  ] as const)('begun for %s', async (_, changed) => {
    const path = join(temporaryFolder(), 'k.npy');
    await begun(path);
    await expect(begun(path, changed)).rejects.toThrow(
      `data: ${path}.part was begun for something else, or is damaged; delete it, or choose another name`,
    );
  });

  test('damaged in its length or its record', async () => {
    const path = join(temporaryFolder(), 'k.npy');
    await begun(path);
    const size = statSync(`${path}.part`).size;
    truncateSync(`${path}.part`, size - 1);
    await expect(begun(path)).rejects.toThrow('or is damaged');
    const bytes = new Uint8Array(size);
    bytes.set(readFileSync(`${path}.part`));
    bytes[size - 1] = 7;
    writeFileSync(`${path}.part`, bytes);
    await expect(begun(path)).rejects.toThrow('or is damaged');
  });

  test('another file of the name', async () => {
    const path = join(temporaryFolder(), 'k.npy');
    writeFileSync(path, 'something');
    await expect(begun(path)).rejects.toThrow(`data: ${path} is there already; delete it, or choose another name`);
  });

  test('another file of the name that came meanwhile', async () => {
    const path = join(temporaryFolder(), 'k.npy');
    const writer = await createNpyBlocks(path, options('float32'));
    for (const [i, each] of blocksOf('float32').entries()) await writer.write(i, each);
    writeFileSync(path, 'something');
    await expect(writer.finish()).rejects.toThrow('is there already');
    await expect(begun(path)).rejects.toThrow('is there already');
    rmSync(path);
    await writer.finish();
    await writer.close();
    expect(readdirSync(join(path, '..'))).toEqual(['k.npy']);
  });

  test('no folder', async () => {
    const path = join(temporaryFolder(), 'no', 'k.npy');
    await expect(begun(path)).rejects.toThrow('there is no such file or folder');
  });

  test('a disk without room for it, before anything is written', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'k.npy');
    vi.mocked(fs.statfs).mockResolvedValueOnce({ bavail: 1, bsize: 4096 } as never);
    await expect(begun(path, { rows: 20_000, columns: 20_000 })).rejects.toThrow(
      `data: ${path}.part takes 1.60 GB more, and 0.00000410 GB are free on its disk; free some, or choose another disk`,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a disk that is full midway; where there is room again, it goes on', async () => {
    const path = join(temporaryFolder(), 'k.npy');
    const writer = await createNpyBlocks(path, options('float32'));
    const [first, ...others] = blocksOf('float32');
    await writer.write(0, first!);
    vi.mocked(writeSync)
      .mockImplementationOnce((_, __, ___, length) => Number(length) - 4)
      .mockImplementationOnce(() => {
        throw Object.assign(new Error('no space left on device, write'), { code: 'ENOSPC' });
      });
    await expect(writer.write(1, others[0]!)).rejects.toThrow(
      `data: cannot write ${path}.part: the disk is full; free some space and try again (ENOSPC)`,
    );
    await writer.close();
    const again = await createNpyBlocks(path, options('float32'));
    expect([0, 1, 2].map(again.has)).toEqual([true, false, false]);
    for (const [i, each] of others.entries()) await again.write(i + 1, each);
    await again.finish();
    await again.close();
    expect(Buffer.compare(readFileSync(path), readFileSync(fixture('symmetric-float32')))).toBe(0);
  });

  test('NaN, and blocks that are none of the matrix', async () => {
    const path = join(temporaryFolder(), 'k.npy');
    const writer = await createNpyBlocks(path, options('float32'));
    const [good] = blocksOf('float32');
    const bad = { ...good!, data: good!.data.slice().fill(Number.NaN, 4, 5) };
    await expect(writer.write(0, bad)).rejects.toThrow(
      'has 1 NaN value, the first at row 1, column 1 (counted from 0)',
    );
    for (const [index, wrong] of [
      [3, good!],
      [-1, good!],
      [0, { ...good!, row: 3 }],
      [0, { ...good!, column: 2 }],
      [0, { ...good!, rows: 2 }],
      [0, { ...good!, data: Float64Array.from(good!.data) }],
    ] as const)
      await expect(writer.write(index, wrong)).rejects.toThrow('is none of the 3 blocks of the upper triangle of');
    expect([0, 1, 2].some(writer.has)).toBe(false);
    await writer.close();
  });
});

describe('a file that is read by blocks', () => {
  test.each([
    'symmetric-float32',
    'symmetric-float64',
    'blocks-fortran',
    'blocks-big-endian',
    'blocks-big-endian-fortran',
    'blocks-version-2',
  ])('%s, as NumPy writes it', async (name) => {
    const file = await openNpyBlocks(fixture(name));
    const whole = parseNpy(readFileSync(fixture(name)));
    const [rows, columns] = whole.shape as [number, number];
    expect([file.rows, file.columns]).toEqual([rows, columns]);
    expect(await file.read(0, 0, rows, columns)).toEqual(whole.data);
    const values = whole.data as Float64Array;
    expect([...(await file.read(1, 2, 2, 1))]).toEqual([values[columns + 2], values[2 * columns + 2]]);
    expect(await file.read(rows, 0, 0, columns)).toHaveLength(0);
    for (const [row, column, height, breadth] of [
      [-1, 0, 1, 1],
      [0, 0, rows + 1, 1],
      [0, columns, 1, 1],
      [0.5, 0, 1, 1],
    ] as const)
      await expect(file.read(row, column, height, breadth)).rejects.toThrow(`are not within ${fixture(name)}`);
    await file.close();
  });

  test('what is none is named in one line', async () => {
    const folder = temporaryFolder();
    const at = (name: string, bytes: Uint8Array | string) => {
      const path = join(folder, name);
      writeFileSync(path, bytes);
      return path;
    };
    const good = npyBytes('<f4', [2, 3], new Float32Array(6));
    for (const [path, said] of [
      [join(folder, 'none.npy'), 'there is no such file'],
      [folder, 'it is a folder'],
      [at('empty.npy', ''), 'is not a NumPy .npy file'],
      [at('text.npy', 'no numbers'), 'is not a NumPy .npy file'],
      [at('cut.npy', good.subarray(0, 60)), 'is truncated in its header'],
      [at('short.npy', good.subarray(0, -1)), 'is truncated or damaged: 6 values of type <f4 end at byte'],
      [at('long.npy', Uint8Array.of(...good, 0)), 'is truncated or damaged'],
      [at('int.npy', npyBytes('<i4', [2, 3], new Int32Array(6))), 'a matrix of float32 or float64 is read by blocks'],
      [at('vector.npy', npyBytes('<f4', [6], new Float32Array(6))), 'a matrix of float32 or float64 is read by blocks'],
    ] as const)
      await expect(openNpyBlocks(path)).rejects.toThrow(said);
  });
});
