import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readEdgeList } from '@unbraid/data';
import { anyOf } from '../any-of.ts';
import type { Files, FolderTarget } from '../target.ts';
import { assertGraph } from './graph-invariants.ts';

const folder = (edges: string, nodes: string): Files => {
  const bytes = (content: string) => new TextEncoder().encode(content);
  return { 'edges.txt': bytes(edges), 'nodes.csv': bytes(nodes) };
};

const NAMED = 'id,a,label\n10,1,x\n16777217,3,y\n"a ""b"" c",5,x\n40,-1e3,z\n';

export const edgeList: FolderTarget = {
  name: 'edge-list',
  folders: () => [
    folder('10,40\n16777217,"a ""b"" c"\n10,10\n40,10\n', NAMED),
    folder('# from to\nfrom\tto\n10\t40\n\n40\t16777217\n', NAMED),
    folder('10 40 0.5\n40 10 0.5\n10 16777217 3e2\n', NAMED),
    folder('10;40\r\n40;10\r\n', NAMED),
  ],
  async runFolder(path) {
    const files = { edges: join(path, 'edges.txt'), nodes: join(path, 'nodes.csv'), id: 'id' };
    await anyOf(
      [false, true].map((weighted) => async () => {
        const graph = await readEdgeList({ ...files, weighted });
        assertGraph(graph);
        assert.equal(graph.features.cols, 1);
      }),
    );
  },
};
