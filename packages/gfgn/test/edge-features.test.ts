import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom, entryAt, rowOfEntries } from '@unbraid/kernels';
import { describe, expect, it } from 'vitest';
import {
  type FitOptions,
  fit,
  fitGraphs,
  fitLinks,
  type GraphLike,
  graphNetwork,
  linkScores,
  predictGraphs,
  predictLinks,
  splitLinks,
} from '../src/index.ts';
import { twoGroups } from './graphs.ts';

const runtime = nodeRuntime({ threads: 1 });
const network = (outputs: number) =>
  graphNetwork({ inputs: 6, hidden: 8, outputs, depth: 2, layer: 'graphTransformer', edgeFeatures: 2, dropout: 0 });

const drawn = (rows: number, seed: number) => ({
  data: createRandom(seed).normal(new Float32Array(2 * rows)),
  rows,
  cols: 2,
});

describe('features of edges in batches', () => {
  const nodes = 60;
  const graph = twoGroups(nodes);
  const given = { ...graph, edgeFeatures: drawn(graph.adjacency.columns.length, 4) };
  const at = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
  const options = {
    ...{ graph: given, split: { train: at(0, 20), validation: at(20, 40), test: at(40, nodes) } },
    ...{ model: network(2), epochs: 3, weightDecay: 0, runtime, onWarning: () => {} },
  };

  it.each([
    ['all neighbours of all nodes', { sample: { fanOuts: [nodes, nodes], batchSize: 20 } }],
    ['all nodes as one cluster', { clusters: { parts: 1 } }],
  ])('%s are what the whole graph is, in training and in validation', async (_, batches) => {
    const [whole, parts] = [await fit(options), await fit({ ...options, ...batches })];
    for (const [i, { trainLoss, validationLoss }] of whole.history.entries()) {
      expect(parts.history[i]!.trainLoss).toBeCloseTo(trainLoss, 4);
      expect(parts.history[i]!.validationLoss).toBeCloseTo(validationLoss, 4);
    }
    const others = { ...given, edgeFeatures: drawn(graph.adjacency.columns.length, 5) };
    const other = await fit({ ...options, ...batches, graph: others, epochs: 1 });
    expect(Math.abs(other.history[0]!.validationLoss - whole.history[0]!.validationLoss)).toBeGreaterThan(1e-4);
  });
});

describe('features of edges that no layer reads', () => {
  const graph = twoGroups(20);
  const ring = Int32Array.from({ length: 20 }, (_, i) => i);
  const split = { train: ring.subarray(0, 10), validation: ring.subarray(10), test: new Int32Array() };
  const given = { ...graph, edgeFeatures: drawn(graph.adjacency.columns.length, 8) };
  const told = async (model: FitOptions['model'], of: FitOptions['graph'] = given) =>
    (await fit({ graph: of, split, model, epochs: 1, runtime, onWarning: () => {} })).warnings.filter((line) =>
      line.includes('of each edge'),
    );

  it('are told of, for models by name and for networks', async () => {
    const plain = graphNetwork({ inputs: 6, hidden: 4, outputs: 2, depth: 1, layer: 'graphTransformer' });
    for (const model of ['gcn', plain] as const)
      expect(await told(model)).toEqual([
        expect.stringContaining('the graph has 2 features of each edge, and no layer'),
      ]);
    expect(await told(network(2))).toEqual([]);
    expect(await told('gcn', graph)).toEqual([]);
  });

  it('are told of in fits of graphs and of links', async () => {
    const graphs = [given, given, given];
    const parts = { train: [0], validation: [1], test: [2] };
    const ofGraphs = await fitGraphs({
      ...{ graphs, labels: [0, 1, 0], classes: 2, split: parts, model: 'gcn', epochs: 1, runtime, onWarning: () => {} },
    });
    const links = splitLinks(graph.adjacency, { edgeFeatures: given.edgeFeatures });
    const ofLinks = await fitLinks({
      ...{ links, features: graph.features, model: 'gcn', epochs: 1, runtime, onWarning: () => {} },
    });
    for (const { warnings } of [ofGraphs, ofLinks])
      expect(warnings.filter((line) => line.includes('of each edge'))).toHaveLength(1);
  });
});

describe('features of edges of whole graphs', () => {
  const graphs = [20, 30, 24, 40].map((nodes, i): GraphLike => {
    const { adjacency, features } = twoGroups(nodes);
    return { adjacency, features, edgeFeatures: drawn(adjacency.columns.length, i) };
  });
  const settings = {
    ...{ graphs, labels: [0, 1, 0, 1], model: network(8), epochs: 2, batchSize: 2, runtime, onWarning: () => {} },
    split: { train: Int32Array.of(0, 1), validation: Int32Array.of(2, 3), test: Int32Array.of() },
  };

  it('count for each graph as if it were alone', async () => {
    const trained = await fitGraphs(settings);
    const together = await predictGraphs(trained, graphs, { runtime });
    for (const [i, graph] of graphs.entries()) {
      const alone = await predictGraphs(trained, [graph], { runtime });
      for (let k = 0; k < 2; k++) expect(together.data[2 * i + k]).toBeCloseTo(alone.data[k]!, 5);
    }
    const edges = graphs[0]!.adjacency.columns.length;
    const changed = await predictGraphs(trained, [{ ...graphs[0]!, edgeFeatures: drawn(edges, 9) }], { runtime });
    expect(Math.abs(changed.data[0]! - together.data[0]!)).toBeGreaterThan(1e-4);
  });

  it('are there for all graphs, as wide', async () => {
    const { edgeFeatures: _, ...without } = graphs[1]!;
    const some = [graphs[0]!, without, graphs[2]!, graphs[3]!];
    await expect(fitGraphs({ ...settings, graphs: some })).rejects.toThrow(
      'gfgn: graph 1 has no features of edges, graph 0 has 2; all need the same',
    );
  });
});

describe('features of edges beside links', () => {
  const { adjacency, features } = twoGroups(80);
  const edgeFeatures = drawn(adjacency.columns.length, 6);
  const links = splitLinks(adjacency, { seed: 2, edgeFeatures });

  it('are those of the edges that are left to hear along', () => {
    const { adjacency: heard, edgeFeatures: kept } = links;
    for (const [e, row] of rowOfEntries(heard).entries()) {
      const whole = entryAt(adjacency, row, heard.columns[e]!);
      expect([...kept!.data.subarray(2 * e, 2 * e + 2)]).toEqual([
        ...edgeFeatures.data.subarray(2 * whole, 2 * whole + 2),
      ]);
    }
  });

  it('are read in training and in use', async () => {
    const trained = await fitLinks({
      ...{ model: network(8), features, links, epochs: 5, hits: [10], runtime, onWarning: () => {} },
    });
    const scores = async (of: typeof links.edgeFeatures) => {
      const given = { adjacency: links.adjacency, features, edgeFeatures: of };
      const [some, others] = [
        await predictLinks(trained, given, links.test.positive, { runtime }),
        await predictLinks(trained, given, links.test.negative, { runtime }),
      ];
      return { some, rocAuc: linkScores(some, others, [10]).rocAuc };
    };
    const own = await scores(links.edgeFeatures);
    expect(own.rocAuc).toBeCloseTo(trained.best.testScore, 6);
    const changed = await scores(drawn(links.adjacency.columns.length, 7));
    expect(Math.abs(changed.some[0]! - own.some[0]!)).toBeGreaterThan(1e-4);
  });
});
