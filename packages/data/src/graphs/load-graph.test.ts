import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { npyBytes, npzBytes } from '../../test/npz-bytes.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { type GraphName, loadGraph } from './load-graph.ts';

const data = process.env.UNBRAID_DATA ?? '';
const facts: [GraphName, string, { nodes: number; edges: number; cols: number; splits: number }][] = [
  ['cora', 'planetoid/ind.cora.graph', { nodes: 2708, edges: 5278, cols: 1433, splits: 1 }],
  ['citeseer', 'planetoid/ind.citeseer.graph', { nodes: 3327, edges: 4552, cols: 3703, splits: 1 }],
  ['texas', 'geom-gcn/new_data/texas/out1_graph_edges.txt', { nodes: 183, edges: 279, cols: 1703, splits: 10 }],
  ['film', 'geom-gcn/new_data/film/out1_graph_edges.txt', { nodes: 7600, edges: 26659, cols: 932, splits: 10 }],
  ['blogcatalog', 'lane/BlogCatalog.mat', { nodes: 5196, edges: 171743, cols: 8189, splits: 10 }],
  ['minesweeper', 'heterophilous/minesweeper.npz', { nodes: 10_000, edges: 39_402, cols: 7, splits: 10 }],
  ['tolokers', 'heterophilous/tolokers.npz', { nodes: 11_758, edges: 519_000, cols: 10, splits: 10 }],
  ['chameleon-filtered', 'heterophilous/chameleon_filtered.npz', { nodes: 890, edges: 8854, cols: 2325, splits: 10 }],
  ['squirrel-filtered', 'heterophilous/squirrel_filtered.npz', { nodes: 2223, edges: 46_998, cols: 2089, splits: 10 }],
];

describe('loadGraph', () => {
  it.for(facts)('reads the published files of %s', async ([name, file, expected], { skip }) => {
    skip(!existsSync(join(data, file)), `${file} is not in UNBRAID_DATA`);
    const { graph, splits } = await loadGraph(name);
    const { labels, report, features, notes } = graph;
    // Platonov et al. list each edge once on purpose.
    const oneWay = file.startsWith('heterophilous/') ? 0 : report.oneWay;
    expect(notes.length > 0).toBe(report.selfLoops + report.repeated + oneWay > 0);
    expect({ nodes: labels.length, edges: report.edges, cols: features.cols, splits: splits.length }).toEqual(expected);
  });

  it('says offline where a file that it would download comes from, and of what SHA-256 it is', async () => {
    const environment = { UNBRAID_CACHE: temporaryFolder(), UNBRAID_OFFLINE: '1' };
    await expect(loadGraph('roman-empire', { environment })).rejects.toThrow(
      /heterophilous-graphs\/a431395\w+\/data\/roman_empire\.npz as .*20401489 bytes, SHA-256 a58ba741/,
    );
    await expect(loadGraph('ogbn-arxiv', { environment })).rejects.toThrow('nodeproppred/arxiv.zip as ');
    await expect(loadGraph('cora', { environment })).rejects.toThrow(
      /planetoid\/af6abf4\w+\/data\/ind\.cora\.allx as .*257305 bytes/,
    );
    await expect(loadGraph('ogbn-products', { environment })).rejects.toThrow('data: products.zip is not in ');
  });

  it('warns of the originals of chameleon and squirrel, which have nodes twice', async () => {
    const root = temporaryFolder();
    const folder = join(root, 'geom-gcn');
    mkdirSync(join(folder, 'new_data', 'squirrel'), { recursive: true });
    mkdirSync(join(folder, 'splits'));
    const file = (name: string) => join(folder, 'new_data', 'squirrel', name);
    writeFileSync(file('out1_node_feature_label.txt'), 'node_id\tfeature\tlabel\n0\t1,0\t0\n1\t0,1\t1\n2\t1,1\t0\n');
    writeFileSync(file('out1_graph_edges.txt'), 'node_id\tnode_id\n0\t1\n1\t2\n');
    const mask = (node: number) =>
      npyBytes(
        '|u1',
        [3],
        Uint8Array.from([0, 1, 2], (at) => Number(at === node)),
      );
    const split = npzBytes({ train_mask: mask(0), val_mask: mask(1), test_mask: mask(2) });
    for (let i = 0; i < 10; i++) writeFileSync(join(folder, 'splits', `squirrel_split_0.6_0.2_${i}.npz`), split);
    const warnings: string[] = [];
    const options = { environment: { UNBRAID_DATA: root }, onWarning: (line: string) => void warnings.push(line) };
    const { graph } = await loadGraph('squirrel', options);
    expect(warnings).toEqual([expect.stringMatching(/^data: squirrel has nodes .* take squirrel-filtered$/)]);
    expect(graph.notes.at(-1)).toContain('take squirrel-filtered');
  });

  it('says where to put the files', async () => {
    const environment = { UNBRAID_DATA: temporaryFolder(), UNBRAID_CACHE: temporaryFolder() };
    await expect(loadGraph('pubmed', { environment })).rejects.toThrow(
      `data: ind.pubmed.graph is not in ${join(environment.UNBRAID_DATA, 'planetoid')} or ${join(environment.UNBRAID_CACHE, 'planetoid')}; copy https://github.com/kimiyoung/planetoid`,
    );
  });

  it('names the nearest graph to one that there is not', async () => {
    await expect(loadGraph('corra' as GraphName)).rejects.toThrow('data: there is no graph "corra"; choose cora, ');
    await expect(loadGraph('constructor' as GraphName)).rejects.toThrow('there is no graph "constructor"');
  });
});
