import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { readEdgeList } from './edge-list.ts';

const written = (edges: string, nodes: string) => {
  const folder = temporaryFolder();
  const paths = { edges: join(folder, 'edges.txt'), nodes: join(folder, 'nodes.csv') };
  writeFileSync(paths.edges, edges);
  writeFileSync(paths.nodes, nodes);
  return paths;
};

const NODES = 'id,a,b,label\n10,1,2,x\n20,3,4,y\n30,5,6,x\n';

describe('readEdgeList', () => {
  it.each([
    '10,20\n20,30\n',
    'from,to\n10,20\n20,30\n',
    '# a comment\n10 20\n\n20\t30\n',
    '% sym\r\n10; 20\r\n20 ;30\r\n',
    '\ufeff"10"\t"20"\n"20"\t"30"\n',
  ])('reads pairs of names: %j', async (edges) => {
    const graph = await readEdgeList({ ...written(edges, NODES), id: 'id' });
    expect([...graph.adjacency.columns]).toEqual([1, 0, 2, 1]);
    expect(graph.features).toEqual({ data: Float32Array.of(1, 2, 3, 4, 5, 6), rows: 3, cols: 2 });
    expect([...graph.labels]).toEqual([0, 1, 0]);
  });

  it('takes the numbers of rows where there are no names', async () => {
    const graph = await readEdgeList(written('0,2\n2,0\n1,1\n', 'a,label\n1,x\n2,x\n3,y\n'));
    expect(graph.report).toEqual({ edges: 1, selfLoops: 1, repeated: 1, oneWay: 0 });
  });

  it.each([
    ['10,40\n', NODES, 'line 1 of', 'names the node 40'],
    ['10,20\n10,,20\n', NODES, 'line 2 of', 'has an empty entry; a pair of nodes is needed'],
    ['10,20\n10,"20\n', NODES, 'line 2 of', 'has a quote that is not closed'],
    ['10,20\n10,"20"x\n', NODES, 'line 2 of', 'has text after a closing quote'],
    ['10,20,1\n', NODES, 'line 1 of', 'has 3 entries; a pair of nodes is needed; say "weighted: true"'],
    ['10,20\n10,20,30\n', NODES, 'line 2 of', 'has 3 entries; a pair of nodes is needed'],
    ['10,20\n', 'id,a,label\n10,1,x\n10,2,y\n', '1 values of "id"', 'are there twice'],
  ])('names the line at fault', async (edges, nodes, place, message) => {
    const reading = readEdgeList({ ...written(edges, nodes), id: 'id' });
    await expect(reading).rejects.toThrow(place);
    await expect(reading).rejects.toThrow(message);
  });

  it('takes names as text, exactly', async () => {
    const read = (edges: string, nodes: string) => readEdgeList({ ...written(edges, nodes), id: 'id' });
    const large = 'id,f,label\n16777217,1,a\n9007199254740993,2,b\n';
    expect((await read('16777217 9007199254740993\n', large)).report.edges).toBe(1);
    await expect(read('16777216 9007199254740993\n', large)).rejects.toThrow('names the node 16777216, which');
    await expect(read('16777217 9007199254740992\n', large)).rejects.toThrow('names the node 9007199254740992, which');
    const named = 'id,f,label\npaper_a,1,a\n"paper, ""b""",2,b\n';
    const graph = await read('paper_a,"paper, ""b"""\n', named);
    expect([...graph.adjacency.columns]).toEqual([1, 0]);
    expect(graph.notes).toEqual(['1 edge given in one direction made symmetric']);
  });

  it('says that it took a line for a header, and does as it is told about it', async () => {
    const paths = written('from to\n10 20\n', NODES);
    expect((await readEdgeList({ ...paths, id: 'id' })).notes[0]).toBe(
      'first line of edges, "from to", taken as a header',
    );
    await expect(readEdgeList({ ...paths, id: 'id', header: false })).rejects.toThrow('line 1 of');
    const skipped = await readEdgeList({ ...written('10 20\n20 30\n', NODES), id: 'id', header: true });
    expect(skipped.report.edges).toBe(1);
  });

  it('reads weights, the same for an edge wherever it stands', async () => {
    const read = (edges: string) => readEdgeList({ ...written(edges, NODES), id: 'id', weighted: true });
    const graph = await read('a b weight\n10 20 0.5\n20 10 0.5\n20 30 3e2\n');
    expect([...graph.adjacency.values]).toEqual([0.5, 0.5, 300, 300]);
    expect(graph.report).toEqual({ edges: 2, selfLoops: 0, repeated: 1, oneWay: 1 });
    await expect(read('10 20 1\n20 10 2\n')).rejects.toThrow('gives the edge between 0 and 1 the weights 1 and 2');
    for (const weight of ['-1', '0', 'nan', 'inf', '1e39', '1e-60', '0x1', `${'9'.repeat(40_000)}x`])
      await expect(read(`10 20 ${weight}\n`)).rejects.toThrow(
        /^data: line 1 of .* has the weight ".{1,45}"; a finite float32 number above 0/,
      );
  });

  it('refuses bytes that are no UTF-8, under which two names could be one', async () => {
    const paths = written('', NODES);
    for (const bytes of [Uint8Array.of(0x31, 0xff, 0x20, 0x32), Buffer.from('10 20\n', 'utf16le')]) {
      writeFileSync(paths.edges, bytes);
      await expect(readEdgeList({ ...paths, id: 'id' })).rejects.toThrow('is not UTF-8 text; save it as such');
    }
    writeFileSync(paths.edges, '# nothing\n');
    await expect(readEdgeList({ ...paths, id: 'id' })).rejects.toThrow('has no edges');
  });

  it('leaves out nodes without a class where that is asked for, and says how many', async () => {
    const paths = written('1 2\n2 3\n3 1\n', 'id,a,label\n1,0.5,x\n2,0.5,\n3,0.25,y\n');
    await expect(readEdgeList({ ...paths, id: 'id' })).rejects.toThrow('has no entry');
    const graph = await readEdgeList({ ...paths, id: 'id', missing: 'drop' });
    expect([...graph.adjacency.columns]).toEqual([1, 0]);
    expect(graph.notes.slice(0, 2)).toEqual([
      '1 node with a missing entry left out',
      '2 edges of nodes that are not in the table left out',
    ]);
    await expect(readEdgeList({ ...paths, missing: 'drop' })).rejects.toThrow('only where "id" names them');
  });

  it.each<[object, string]>([
    [{ ids: 'id' }, 'data: readEdgeList has no setting "ids"; the nearest are id'],
    [{ edges: undefined }, 'data: readEdgeList: edges is missing; give a text'],
    [{ weighted: 'yes' }, 'data: readEdgeList\'s weighted is "yes"; true or false is needed'],
  ])('checks its settings: %o', async (settings, message) => {
    await expect(readEdgeList({ ...written('10 20\n', NODES), ...settings } as never)).rejects.toThrow(message);
  });
});
