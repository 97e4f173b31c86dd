import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fullMatrix, matBytes, sparseMatrix } from '../../test/mat-bytes.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { readLane } from './lane.ts';
import { parseMat } from './mat-file.ts';

/** 0 – 1 in both directions, 1 → 2 in one, a self loop at 2. */
const network = sparseMatrix('Network', 3, 3, [1, 0, 1, 2], [0, 1, 2, 4]);
const attributes = sparseMatrix('Attributes', 3, 2, [0, 2], [0, 1, 2]);
const label = (...values: number[]) => fullMatrix('Label', values.length, 1, values);

const written = (matrices: Uint8Array[]): string => {
  const path = join(temporaryFolder(), 'tiny.mat');
  writeFileSync(path, matBytes(matrices));
  return path;
};

describe('parseMat', () => {
  it.each([true, false])('reads full and sparse matrices, compressed: %s', (compressed) => {
    const file = parseMat(matBytes([fullMatrix('a', 2, 3, [1, 2, 3, 4, 5, 6]), network], compressed));
    expect(file.get('a')).toEqual({ rows: 2, cols: 3, values: Float64Array.of(1, 2, 3, 4, 5, 6) });
    expect(file.get('Network')!.sparse).toEqual({ rows: Int32Array.of(1, 0, 1, 2), starts: Int32Array.of(0, 1, 2, 4) });
  });

  it.each<[Uint8Array, string]>([
    [new Uint8Array(200), 'is not a MATLAB 5 file'],
    [matBytes([network]).subarray(0, 150), 'is damaged: an element of'],
    [matBytes([fullMatrix('a', 2, 2, [1])]), 'is damaged: a is 2 × 2 and has 1 values'],
    [matBytes([sparseMatrix('s', 2, 2, [0], [0, 1])]), 'the sparse matrix s of 2 × 2'],
    [matBytes([network]).map((byte, i) => (i > 140 ? byte ^ 0x55 : byte)), 'is damaged'],
  ])('says what is wrong', (bytes, message) => {
    expect(() => parseMat(bytes, 'x.mat')).toThrow(message);
  });
});

describe('readLane', () => {
  it('reads an attributed network', async () => {
    const graph = await readLane(written([network, attributes, label(2, 1, 3)]), 'tiny');
    expect([...graph.labels]).toEqual([1, 0, 2]);
    expect([...graph.adjacency.columns]).toEqual([1, 0, 2, 1]);
    expect(graph.report).toEqual({ edges: 2, selfLoops: 1, repeated: 0, oneWay: 1 });
    expect(graph.features).toMatchObject({ rows: 3, cols: 2, starts: Int32Array.of(0, 1, 1, 2) });
  });

  it('says what the file lacks or does not fit', async () => {
    await expect(readLane(written([network, label(1, 1, 1)]), 'tiny')).rejects.toThrow(
      'has no matrix Attributes; it has Network, Label',
    );
    await expect(readLane(written([network, attributes, label(1, 1)]), 'tiny')).rejects.toThrow('does not fit');
    await expect(readLane(written([network, attributes, label(0, 1, 1)]), 'tiny')).rejects.toThrow(
      'Label of node 0 in',
    );
  });
});
