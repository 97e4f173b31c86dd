import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@unbraid/checks';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { readLane } from './lane.ts';
import { parseMat } from './mat-file.ts';
import { readMat } from './read-mat.ts';

/** Written by python/fixtures/graph_files.py. */
const files = JSON.parse(readFileSync(new URL('../../test/fixtures/matlab.json', import.meta.url), 'utf8')) as Record<
  '5' | '5 compressed' | '7.3' | '7.3 lane' | '7.3 rows out of range' | '7.3 damaged chunk' | '7.3 of 3.2 GB',
  string
>;

const written = (name: keyof typeof files): string => {
  const path = join(temporaryFolder(), 'x.mat');
  writeFileSync(path, Buffer.from(files[name], 'base64'));
  return path;
};

const SPARSE = {
  rows: 4,
  cols: 3,
  values: Float64Array.of(1, 2, 3, 4.5),
  sparse: { rows: Int32Array.of(1, 0, 2, 3), starts: Int32Array.of(0, 1, 4, 4) },
};

describe.each(['5', '5 compressed', '7.3'] as const)('readMat, of version %s', (version) => {
  it('reads matrices of every kind, and says what it passes over', async () => {
    const passedOver: string[] = [];
    const onPassedOver = (variable: string, kind: string) => passedOver.push(`${variable}: ${kind}`);
    const file = await readMat(written(version), { complex: 'parts', onPassedOver });
    const vector = (...values: number[]) => ({ rows: 1, cols: values.length, values: Float64Array.from(values) });
    expect(file.get('full')).toEqual({ rows: 2, cols: 3, values: Float64Array.of(1, 4, 2.5, 5, -3, 1e300) });
    expect(file.get('single')).toEqual({ rows: 2, cols: 2, values: Float64Array.of(1, 4, 2.5, 5) });
    expect(file.get('whole')).toEqual(vector(-(2 ** 53) + 1, 7));
    expect(file.get('truth')).toEqual(vector(1, 0));
    expect(file.get('complex')).toEqual({
      rows: 2,
      cols: 2,
      values: Float64Array.of(1, 0, 3, -0),
      imaginary: Float64Array.of(2, 0, 0, -1),
    });
    expect(file.get('none')).toEqual({ rows: 0, cols: 3, values: new Float64Array() });
    expect(file.get('sparse')).toEqual(SPARSE);
    expect(file.get('sparseTruth')).toEqual({ ...SPARSE, values: Float64Array.of(1, 1, 1, 1) });
    expect(file.get('sparseComplex')).toEqual({ ...SPARSE, imaginary: Float64Array.of(2, 4, 6, 9) });
    expect(file.get('sparseNone')!.sparse).toEqual({ rows: new Int32Array(), starts: new Int32Array(4) });
    const common = ['cell: cell array', 'cube: array of 3 axes', 'words: text'];
    expect(passedOver.sort()).toEqual(
      version === '7.3' ? [...common, 'elsewhere: a link', 'record: struct'].sort() : common,
    );
    if (version === '7.3') expect(file.get('packed')!.values[20 * 3]).toBe(6);
  });

  it('refuses to drop imaginary parts', async () => {
    await expect(readMat(written(version))).rejects.toThrow(
      /^data: complex in .*x\.mat is complex; save its real and imaginary parts apart, or ask for both by complex: "parts"$/,
    );
  });
});

describe('files of version 7.3', () => {
  it('are read as graphs', async () => {
    const graph = await readLane(written('7.3 lane'), 'tiny');
    expect([...graph.labels]).toEqual([1, 0, 2]);
    expect([...graph.adjacency.columns]).toEqual([1, 0, 2, 1]);
    expect(graph.notes).toEqual(['1 self loop left out', '1 edge given in one direction made symmetric']);
  });

  it('are refused where they are wrong, or larger than the limit', async () => {
    await expect(readMat(written('7.3 rows out of range'))).rejects.toThrow(
      "is damaged: the sparse matrix sparse of 4 × 3's column 0 has an entry in row 5; there are 4",
    );
    await expect(readMat(written('7.3 damaged chunk'))).rejects.toThrow(/is damaged: [^:\n]{5,100}$/);
    await expect(readMat(written('7.3 of 3.2 GB'))).rejects.toThrow(
      'goes past the limit of 50331648 bytes unpacked, at zeros; give a higher "limit" if you trust the file',
    );
    const bytes = Buffer.from(files['7.3'], 'base64');
    expect(() => parseMat(bytes, 'x.mat')).toThrow('data: x.mat is of version 7.3 (HDF5); read it by readMat');
    const path = written('7.3');
    for (const cut of [600, 4000]) {
      writeFileSync(path, bytes.subarray(0, cut));
      await expect(readMat(path)).rejects.toThrow(InputError);
    }
  });
});
