import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@unbraid/checks';
import type { Csr } from '@unbraid/kernels';
import { beforeEach, describe, expect, it } from 'vitest';
import { dictionary, integer, list, numpyArray, pickleBytes, scipyCsr, text } from '../../test/pickle-bytes.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { readPlanetoid } from './planetoid.ts';

const oneHot = (...labels: number[]) =>
  numpyArray(
    'i4',
    [labels.length, 2],
    Int32Array.from(labels.flatMap((label) => [Number(label === 0), Number(label === 1)])),
  );

/** Five nodes: 0 to train, 0 to 1 in `allx`; 2 and 4 to test, in the order 4, 2; 3 is left out, as in Citeseer. */
function writeTiny(folder: string): void {
  const write = (part: string, bytes: Uint8Array | string) => writeFileSync(join(folder, `ind.tiny.${part}`), bytes);
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

  it.each<[string, string, Uint8Array | string, string]>([
    ['a test index twice', 'test.index', '4\n2\n4\n', 'line 3 of'],
    ['a test index that is far away', 'test.index', '4\n2000000000\n', 'the parts of tiny in'],
    ['a test index beyond integers', 'test.index', '4\n99999999999999999999\n', 'is "99999999999999999999"; a node'],
    [
      'a test index far above the others',
      'test.index',
      '2000000000\n2\n',
      'leaves 1999999997 out, more than there are',
    ],
    ['starts that fall', 'tx', pickleBytes(scipyCsr([2, 3], [0, 2, 1], [2, 0], [7, 8])), 'these are 3, from 0 to 1'],
    [
      'starts that fall inside',
      'allx',
      pickleBytes(scipyCsr([2, 3], [0, 4, 3], [0, 1, 2], [1, 1, 1])),
      'row 1 ends at entry 3, before it starts at 4',
    ],
    [
      'a column beyond the last',
      'tx',
      pickleBytes(scipyCsr([2, 3], [0, 1, 2], [3, 0], [7, 8])),
      'has an entry in column 3; there are 3',
    ],
    ['NaN', 'tx', pickleBytes(scipyCsr([2, 3], [0, 1, 2], [2, 0], [7, Number.NaN])), 'entry in row 1, column 0 is NaN'],
    ['other features', 'tx', pickleBytes(scipyCsr([2, 4], [0, 1, 2], [2, 0], [7, 8])), 'allx has 3 features, tx 4'],
    ['more to train on than there is', 'y', pickleBytes(oneHot(0, 1, 0)), 'y has 3 rows to train on, allx 2'],
    ['other classes of the same nodes', 'y', pickleBytes(oneHot(0)), 'y and ally give node 0 different classes'],
    ['two classes of a node', 'ty', pickleBytes(numpyArray('i4', [2, 2], Int32Array.of(1, 1, 0, 1))), 'row 0 of'],
    [
      'a vector of labels',
      'ty',
      pickleBytes(numpyArray('i4', [2], Int32Array.of(1, 0))),
      'has the shape 2; nodes × classes',
    ],
    ['no classes at all', 'ty', pickleBytes(numpyArray('i4', [2, 0], new Int32Array())), 'has the shape 2 × 0'],
    ['neighbours that are no list', 'graph', pickleBytes(dictionary([[integer(0), integer(1)]])), 'node 0 has 1'],
    ['a node that is text', 'graph', pickleBytes(dictionary([[text('0'), list([])]])), 'has the key "0"; a node'],
    [
      'a neighbour that is none',
      'graph',
      pickleBytes(dictionary([[integer(0), list([integer(5)])]])),
      'has the node 5; its nodes are 0 to 4',
    ],
    [
      'half a neighbour',
      'graph',
      pickleBytes(dictionary([[integer(0), list([[0x47, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0]])]])),
      'has the node 0.5',
    ],
    [
      'a list of a thousand that a thousand nodes share',
      'graph',
      pickleBytes('}(', ...sharedLists()),
      'has lists of more neighbours than it has bytes',
    ],
  ])('refuses %s', async (_, part, bytes, message) => {
    writeFileSync(join(folder, `ind.tiny.${part}`), bytes);
    const reading = readPlanetoid(folder, 'tiny');
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow(InputError);
    await expect(reading).rejects.toThrow(/^data: [^\n]*(ind\.tiny\.|the parts of tiny)/);
  });

  it('says what it read otherwise than it stands in the files', async () => {
    writeFileSync(
      join(folder, 'ind.tiny.graph'),
      pickleBytes(
        dictionary([
          [integer(4), list([integer(0), integer(1)])],
          [integer(0), list([integer(4)])],
        ]),
      ),
    );
    const { graph, split } = await readPlanetoid(folder, 'tiny');
    expect([...graph.adjacency.columns]).toEqual([4, 4, 0, 1]);
    expect(graph.report).toEqual({ edges: 2, selfLoops: 0, repeated: 0, oneWay: 1 });
    expect(graph.notes).toEqual([
      '1 edge given in one direction made symmetric',
      '1 node that test.index leaves out without features and label',
      '1 node for validation where the public split has 500',
    ]);
    expect([...split.validation]).toEqual([1]);
  });

  describe('as Python 3 writes it', () => {
    interface Written {
      readonly files: Readonly<Record<string, string>>;
      readonly expected: { features: number[][]; labels: number[]; edges: [number, number][] };
    }
    /** Written by python/fixtures/graph_files.py, which has the edges of networkx. */
    const fixture = JSON.parse(
      readFileSync(new URL('../../test/fixtures/planetoid.json', import.meta.url), 'utf8'),
    ) as Record<string, Written>;

    it.each(Object.keys(fixture))('%s', async (protocol) => {
      const { files, expected } = fixture[protocol]!;
      for (const [part, content] of Object.entries(files))
        writeFileSync(join(folder, `ind.mini.${part}`), Buffer.from(content, 'base64'));
      const { graph, split } = await readPlanetoid(folder, 'mini');
      const features = expected.features.map((row) => row.map(() => 0));
      for (const [row, column, value] of entries(graph.features as Csr)) features[row]![column] = value;
      expect(features).toEqual(expected.features);
      expect([...graph.labels]).toEqual(expected.labels);
      expect(
        entries(graph.adjacency)
          .filter(([i, j]) => i < j)
          .map(([i, j]) => [i, j]),
      ).toEqual(expected.edges);
      expect([...split.test]).toEqual([8, 9, 11, 13]);
    });
  });
});

/** Row, column and value of each entry. */
function entries({ rows, starts, columns, values }: Csr): [number, number, number][] {
  const all: [number, number, number][] = [];
  for (let row = 0; row < rows; row++) {
    for (let e = starts[row]!; e < starts[row + 1]!; e++) all.push([row, columns[e]!, values[e]!]);
  }
  return all;
}

/** A dictionary in which the first node has a list and all others the same one. */
function sharedLists(): number[][] {
  const others = list(Array.from({ length: 1000 }, () => [0x4b, 0]));
  const nodes = Array.from({ length: 999 }, (_, i) => [...integer(i + 1), 0x68, 0]);
  return [[...integer(0), ...others, 0x71, 0], ...nodes, [0x75]];
}
