import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Csr } from '@unbraid/kernels';
import { beforeEach, describe, expect, it } from 'vitest';
import { dictionary, integer, list, numpyArray, pickleBytes, scipyCsr, text } from '../../test/pickle-bytes.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { readPlanetoid } from './planetoid.ts';

/** Five nodes: 0 to train, 0 to 1 in `allx`; 2 and 4 to test, in the order 4, 2; 3 is left out, as in Citeseer. */
function writeTiny(folder: string): void {
  const write = (part: string, bytes: Uint8Array | string) => writeFileSync(join(folder, `ind.tiny.${part}`), bytes);
  const oneHot = (...labels: number[]) =>
    numpyArray(
      'i4',
      [labels.length, 2],
      Int32Array.from(labels.flatMap((label) => [Number(label === 0), Number(label === 1)])),
    );
  write('x', pickleBytes(scipyCsr([1, 3], [0, 1], [0], [1])));
  write('y', pickleBytes(oneHot(1)));
  write('allx', pickleBytes(scipyCsr([2, 3], [0, 1, 3], [0, 1, 2], [1, 1, 1])));
  write('ally', pickleBytes(oneHot(1, 0)));
  write('tx', pickleBytes(scipyCsr([2, 3], [0, 1, 2], [2, 0], [7, 8])));
  write('ty', pickleBytes(oneHot(0, 1)));
  write('test.index', '4\n2\n');
  const neighbours: [number, number[]][] = [
    [0, [1, 1, 0]],
    [1, [0, 0, 4]],
    [2, []],
    [4, [1]],
  ];
  write(
    'graph',
    pickleBytes(dictionary(neighbours.map(([node, others]) => [integer(node), list(others.map(integer))]))),
  );
}

describe('readPlanetoid', () => {
  let folder = '';
  beforeEach(() => {
    folder = temporaryFolder();
    writeTiny(folder);
  });

  it('puts test nodes where the index says and keeps nodes that it leaves out', async () => {
    const { graph, split } = await readPlanetoid(folder, 'tiny');
    expect([...graph.labels]).toEqual([1, 0, 1, -1, 0]);
    expect(graph.features).toMatchObject({ rows: 5, cols: 3, starts: Int32Array.of(0, 1, 3, 4, 4, 5) });
    expect((graph.features as Csr).values).toEqual(Float32Array.of(1, 1, 1, 8, 7));
    expect([...split.train]).toEqual([0]);
    expect([...split.test]).toEqual([2, 4]);
  });

  it('counts self loops and edges that stand more than once', async () => {
    const { graph } = await readPlanetoid(folder, 'tiny');
    expect(graph.report).toEqual({ edges: 2, selfLoops: 1, repeated: 1, oneWay: 0 });
    expect([...graph.adjacency.columns]).toEqual([1, 0, 4, 1]);
  });

  it('names the file that asks for something else', async () => {
    writeFileSync(join(folder, 'ind.tiny.tx'), pickleBytes('cos\nsystem\n', text('x'), '\x85', 'R'));
    await expect(readPlanetoid(folder, 'tiny')).rejects.toThrow(/ind\.tiny\.tx asks for os\.system/);
  });

  it('says which parts do not fit', async () => {
    writeFileSync(join(folder, 'ind.tiny.test.index'), '5\n3\n');
    await expect(readPlanetoid(folder, 'tiny')).rejects.toThrow('the parts of tiny in');
    writeFileSync(join(folder, 'ind.tiny.test.index'), '4\nx\n');
    await expect(readPlanetoid(folder, 'tiny')).rejects.toThrow('test.index is "x"; a node\'s number is needed');
    await expect(readPlanetoid(folder, 'none')).rejects.toThrow('there is no such file');
  });
});
