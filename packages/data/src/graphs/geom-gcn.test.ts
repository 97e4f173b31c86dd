import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Csr } from '@unbraid/kernels';
import { describe, expect, it } from 'vitest';
import { npyBytes, npzBytes } from '../../test/npz-bytes.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { readGeomGcn } from './geom-gcn.ts';
import { readGeomGcnSplits } from './geom-gcn-splits.ts';

function folderWith(nodes: string, edges: string): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'new_data', 'tiny'), { recursive: true });
  writeFileSync(join(folder, 'new_data', 'tiny', 'out1_node_feature_label.txt'), nodes);
  writeFileSync(join(folder, 'new_data', 'tiny', 'out1_graph_edges.txt'), edges);
  return folder;
}

const NODES = 'node_id\tfeature\tlabel\n1\t0,1,1\t2\n0\t1,0,0\t0\n';
const EDGES = 'node_id\tnode_id\n0\t1\n1\t0\n1\t1\n';

describe('readGeomGcn', () => {
  it('reads features of 0 and 1, and edges in any direction', async () => {
    const graph = await readGeomGcn(folderWith(NODES, EDGES), 'tiny');
    expect(graph.features).toMatchObject({ rows: 2, cols: 3, columns: Int32Array.of(0, 1, 2) });
    expect([...graph.labels]).toEqual([0, 2]);
    expect(graph).toMatchObject({ classes: 3, report: { edges: 1, selfLoops: 1, repeated: 1 } });
    expect(graph.notes).toEqual(['1 self loop left out', '1 repeated edge merged']);
  });

  it('reads lists of the features that are on, where the header names their number', async () => {
    const nodes = 'node_id\tfeature(feature_amount:5)\tlabel\n0\t4,2,4\t0\n1\t\t1\n';
    const graph = await readGeomGcn(folderWith(nodes, EDGES), 'tiny');
    expect(graph.features).toMatchObject({
      rows: 2,
      cols: 5,
      columns: Int32Array.of(2, 4),
      values: Float32Array.of(1, 1),
    });
  });

  it('keeps counts where features are no 0 and 1', async () => {
    const graph = await readGeomGcn(folderWith('n\tf\tl\n0\t0,3\t0\n1\t2,1\t1\n', EDGES), 'tiny');
    expect((graph.features as Csr).values).toEqual(Float32Array.of(3, 2, 1));
  });

  it('takes the largest feature for their number, as the published film has it', async () => {
    const nodes = 'n\tf(feature_amount:5)\tl\n0\t5,1,1\t0\n1\t\t1\n';
    const graph = await readGeomGcn(folderWith(nodes, EDGES), 'tiny');
    expect(graph.features).toMatchObject({ cols: 6, columns: Int32Array.of(1, 5) });
    expect(graph.notes).toContain('1 repeated feature merged');
  });

  it.each([
    ['node_id\tf\tl\n0\t1,0\n', EDGES, 'line 2 of', 'is not a node, its features and its label'],
    ['node_id\tf\tl\n0\t1,0\t0\n0\t1,0\t0\n', EDGES, 'line 3 of', 'has the node 0 again'],
    ['node_id\tf\tl\n0\t1,0\t0\n1\t1\t0\n', EDGES, 'line 3 of', 'has 1 features, the first node has 2'],
    ['n\tf\tl\n0\t1,0\t4294967297\n', EDGES, 'line 2 of', 'has the label 4294967297; number classes'],
    ['n\tf\tl\n0\t1,0\t1000000\n', EDGES, 'label.txt', 'has the label 1000000 for 1 nodes; number its classes from 0'],
    ['n\tfeature_amount:932\tl\n0\t4294967000\t0\n', EDGES, 'line 2 of', 'has the feature 4294967000, beyond the 932'],
    ['n\tfeature_amount:9999999999\tl\n0\t3\t0\n', EDGES, 'label.txt', 'states 9999999999 features'],
    ['n\tf\tl\n0\t1,,0\t0\n', EDGES, 'line 2 of', 'is not a node, its features and its label'],
    ['n\tf\tl\n0\t1,0\t0\t7\n', EDGES, 'line 2 of', 'is not a node, its features and its label'],
    [`n\tf\tl\n0\t${'9'.repeat(50)}\t0\n`, EDGES, 'line 2 of', 'which is no float32'],
    ['0\t1,0\t0\n1\t1,0\t0\n', EDGES, 'label.txt', 'has no header: its first line is one of numbers'],
    [NODES, '0\t1\n1\t0\n', 'edges.txt', 'has no header: its first line is one of numbers'],
    [NODES, 'a\tb\n0x1\t0\n', 'line 2 of', 'is not a pair of nodes'],
    [NODES, 'a\tb\n0\tx\n', 'line 2 of', 'is not a pair of nodes'],
    [NODES, 'a\tb\n0\t5\n', 'edge 0 of', 'has the node 5; its nodes are 0 to 1'],
    ['node_id\tf\tl\n', EDGES, 'label.txt', 'has no lines after its header'],
  ])('names the line at fault', async (nodes, edges, place, message) => {
    const reading = readGeomGcn(folderWith(nodes, edges), 'tiny');
    await expect(reading).rejects.toThrow(place);
    await expect(reading).rejects.toThrow(message);
  });
});

describe('readGeomGcnSplits', () => {
  const folderWithMasks = (masks: number[][]): string => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'splits'));
    const names = ['train_mask', 'val_mask', 'test_mask'];
    const bytes = npzBytes(
      Object.fromEntries(masks.map((mask, i) => [names[i]!, npyBytes('|u1', [mask.length], Uint8Array.from(mask))])),
    );
    for (let i = 0; i < 10; i++) writeFileSync(join(folder, 'splits', `tiny_split_0.6_0.2_${i}.npz`), bytes);
    return folder;
  };

  it('reads ten splits', async () => {
    const splits = await readGeomGcnSplits(
      folderWithMasks([
        [1, 0, 1],
        [0, 1, 0],
        [0, 0, 0],
      ]),
      'tiny',
      3,
    );
    expect(splits).toHaveLength(10);
    expect(splits[9]).toEqual({ train: Int32Array.of(0, 2), validation: Int32Array.of(1), test: new Int32Array() });
  });

  it('refuses masks that overlap or are of another graph', async () => {
    const folder = folderWithMasks([
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
    await expect(readGeomGcnSplits(folder, 'tiny', 2)).rejects.toThrow(/the masks in .* overlap at node 0/);
    const twos = folderWithMasks([
      [1, 0],
      [0, 2],
      [0, 0],
    ]);
    await expect(readGeomGcnSplits(twos, 'tiny', 2)).rejects.toThrow(
      /the validation mask in .* has 2 at node 1; 0 or 1/,
    );
    const none = folderWithMasks([
      [0, 0],
      [0, 1],
      [0, 0],
    ]);
    await expect(readGeomGcnSplits(none, 'tiny', 2)).rejects.toThrow(/the train mask in .* chooses no node/);
    await expect(readGeomGcnSplits(folder, 'tiny', 3)).rejects.toThrow(
      /the train mask in .* has 2 entries, the graph has 3 nodes/,
    );
  });
});
