import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { type GraphName, loadGraph } from './load-graph.ts';

const data = process.env.UNBRAID_DATA ?? '';
const facts: [GraphName, string, { nodes: number; edges: number; cols: number; splits: number }][] = [
  ['cora', 'planetoid/ind.cora.graph', { nodes: 2708, edges: 5278, cols: 1433, splits: 1 }],
  ['texas', 'geom-gcn/new_data/texas/out1_graph_edges.txt', { nodes: 183, edges: 279, cols: 1703, splits: 10 }],
  ['film', 'geom-gcn/new_data/film/out1_graph_edges.txt', { nodes: 7600, edges: 26659, cols: 932, splits: 10 }],
  ['blogcatalog', 'lane/BlogCatalog.mat', { nodes: 5196, edges: 171743, cols: 8189, splits: 10 }],
];

describe('loadGraph', () => {
  it.for(facts)('reads the published files of %s', async ([name, file, expected], { skip }) => {
    skip(!existsSync(join(data, file)), `${file} is not in UNBRAID_DATA`);
    const { graph, splits } = await loadGraph(name);
    const { labels, report, features, notes } = graph;
    expect(notes.length > 0).toBe(report.selfLoops + report.repeated + report.oneWay > 0);
    expect({ nodes: labels.length, edges: report.edges, cols: features.cols, splits: splits.length }).toEqual(expected);
  });

  it('says where to put the files', async () => {
    const environment = { UNBRAID_DATA: temporaryFolder(), UNBRAID_CACHE: temporaryFolder() };
    await expect(loadGraph('citeseer', environment)).rejects.toThrow(
      `data: ind.citeseer.graph is not in ${join(environment.UNBRAID_DATA, 'planetoid')} or ${join(environment.UNBRAID_CACHE, 'planetoid')}; copy https://github.com/kimiyoung/planetoid`,
    );
  });

  it('names the nearest graph to one that there is not', async () => {
    await expect(loadGraph('corra' as GraphName)).rejects.toThrow('data: there is no graph "corra"; choose cora, ');
    await expect(loadGraph('constructor' as GraphName)).rejects.toThrow('there is no graph "constructor"');
  });
});
