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
  it.each(['10,20\n20,30\n', 'from,to\n10,20\n20,30\n', '# a comment\n10 20\n\n20\t30\n'])(
    'reads pairs of names: %j',
    async (edges) => {
      const graph = await readEdgeList({ ...written(edges, NODES), id: 'id' });
      expect([...graph.adjacency.columns]).toEqual([1, 0, 2, 1]);
      expect(graph.features).toEqual({ data: Float32Array.of(1, 2, 3, 4, 5, 6), rows: 3, cols: 2 });
      expect([...graph.labels]).toEqual([0, 1, 0]);
    },
  );

  it('takes the numbers of rows where there are no names', async () => {
    const graph = await readEdgeList(written('0,2\n2,0\n1,1\n', 'a,label\n1,x\n2,x\n3,y\n'));
    expect(graph.report).toEqual({ edges: 1, selfLoops: 1, repeated: 1, oneWay: 0 });
  });

  it.each([
    ['10,40\n', NODES, 'line 1 of', 'names the node 40'],
    ['10,20\n10,20,30\n', NODES, 'line 2 of', 'has 3 entries; a pair of nodes is needed'],
    ['10,20\n', 'id,a,label\n10,1,x\n10,2,y\n', '1 values of "id"', 'are there twice'],
  ])('names the line at fault', async (edges, nodes, place, message) => {
    const reading = readEdgeList({ ...written(edges, nodes), id: 'id' });
    await expect(reading).rejects.toThrow(place);
    await expect(reading).rejects.toThrow(message);
  });
});
