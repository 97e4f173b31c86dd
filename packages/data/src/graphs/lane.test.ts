import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fullMatrix, matBytes, sparseMatrix } from '../../test/mat-bytes.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { readLane } from './lane.ts';

/** 0 – 1 in both directions, 1 → 2 in one, a self loop at 2. */
const network = sparseMatrix('Network', 3, 3, [1, 0, 1, 2], [0, 1, 2, 4]);
const attributes = sparseMatrix('Attributes', 3, 2, [0, 2], [0, 1, 2]);
const label = (...values: number[]) => fullMatrix('Label', values.length, 1, values);

const written = (matrices: Uint8Array[]): string => {
  const path = join(temporaryFolder(), 'tiny.mat');
  writeFileSync(path, matBytes(matrices));
  return path;
};

describe('readLane', () => {
  it('reads an attributed network', async () => {
    const graph = await readLane(written([network, attributes, label(2, 1, 3)]), 'tiny');
    expect([...graph.labels]).toEqual([1, 0, 2]);
    expect([...graph.adjacency.columns]).toEqual([1, 0, 2, 1]);
    expect(graph.notes).toEqual(['1 self loop left out', '1 edge given in one direction made symmetric']);
    expect(graph.report).toEqual({ edges: 2, selfLoops: 1, repeated: 0, oneWay: 1 });
    expect(graph.features).toMatchObject({ rows: 3, cols: 2, starts: Int32Array.of(0, 1, 1, 2) });
  });

  it('keeps weights, and refuses those that no edge can have', async () => {
    const weighted = (...weights: number[]) => fullMatrix('Network', 3, 3, weights);
    const graph = await readLane(
      written([weighted(0, 0.5, 0, 0.5, 0, 0, 0, 0, 0), attributes, label(1, 1, 2)]),
      'tiny',
    );
    expect([...graph.adjacency.values]).toEqual([0.5, 0.5]);
    expect(graph.notes).toEqual(['edges have weights other than 1']);
    const wrong = (...weights: number[]) =>
      readLane(written([weighted(...weights), attributes, label(1, 1, 2)]), 'tiny');
    await expect(wrong(0, -1, 0, 0, 0, 0, 0, 0, 0)).rejects.toThrow(/Network of .*, from 1 to 0, has the weight -1/);
    await expect(wrong(0, Number.NaN, 0, 0, 0, 0, 0, 0, 0)).rejects.toThrow('has the weight NaN');
    await expect(wrong(0, 2, 0, 3, 0, 0, 0, 0, 0)).rejects.toThrow(
      'gives the edge between 0 and 1 the weights 2 and 3',
    );
  });

  it('says what the file lacks or does not fit', async () => {
    await expect(readLane(written([network, label(1, 1, 1)]), 'tiny')).rejects.toThrow(
      'has no matrix Attributes; it has Network, Label',
    );
    await expect(readLane(written([network, attributes, label(1, 1)]), 'tiny')).rejects.toThrow('does not fit');
    await expect(readLane(written([network, attributes, label(0, 1, 1)]), 'tiny')).rejects.toThrow(
      'Label of node 0 in',
    );
    await expect(readLane(written([network, attributes, label(1, 1, 2 ** 32 + 1)]), 'tiny')).rejects.toThrow(
      /Label of node 2 in .* is 4294967297; whole numbers from 1 are needed/,
    );
    await expect(readLane(written([network, attributes, label(1, 1, 1e6)]), 'tiny')).rejects.toThrow(
      'has the label 1000000 for 3 nodes; number its classes from 1 without gaps',
    );
  });
});
