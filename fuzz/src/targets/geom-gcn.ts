import { readGeomGcn } from '@unbraid/data';
import type { Files, FolderTarget } from '../target.ts';
import { assertGraph } from './graph-invariants.ts';

const nodes = 'new_data/t/out1_node_feature_label.txt';
const edges = 'new_data/t/out1_graph_edges.txt';
const text = (content: string) => new TextEncoder().encode(content);

const EDGES = text('node_id\tnode_id\n0\t1\n1\t0\n1\t1\n3\t2\n0\t3\n');

export const geomGcn: FolderTarget = {
  name: 'geom-gcn',
  folders: (): Files[] => [
    { [nodes]: text('node_id\tfeature\tlabel\n1\t0,1,1\t2\n0\t1,0,0\t0\n3\t0,0,2\t1\n2\t1,1,1\t0\n'), [edges]: EDGES },
    {
      [nodes]: text('node_id\tfeature(feature_amount:12)\tlabel\n0\t4,2,4\t0\n1\t\t1\n2\t0,11\t0\n3\t12\t1\n'),
      [edges]: EDGES,
    },
  ],
  async runFolder(folder) {
    assertGraph(await readGeomGcn(folder, 't'));
  },
};
