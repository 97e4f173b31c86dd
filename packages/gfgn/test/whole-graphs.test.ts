import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom, csrFromEntries } from '@unbraid/kernels';
import type { CheckpointStore, SavedState } from '@unbraid/nn';
import { describe, expect, it } from 'vitest';
import { classifyGraphs, fitGraphs, type GraphLike, modelNames, predictGraphs, scoreGraphs } from '../src/index.ts';

const runtime = nodeRuntime({ threads: 1 });
const range = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);

/** Nodes that are 1 or −1, with edges between like ones or between unlike ones: what nodes are tells nothing of which. */
function drawGraph(isLike: boolean, seed: number): GraphLike {
  const random = createRandom(seed);
  const nodes = 6 + random.int(8);
  const x = Float32Array.from({ length: nodes }, (_, i) => (i % 2 === 0 ? 1 : -1));
  const [rows, columns]: [number[], number[]] = [[], []];
  const taken = new Set<number>();
  for (let k = 0; k < 20 * nodes && taken.size < 4 * nodes; k++) {
    const [i, j] = [random.int(nodes), random.int(nodes)];
    if (i === j || taken.has(i * nodes + j) || (x[i] === x[j]) !== isLike) continue;
    taken.add(i * nodes + j).add(j * nodes + i);
    rows.push(i, j);
    columns.push(j, i);
  }
  return { adjacency: csrFromEntries(nodes, nodes, { rows, columns }), features: { data: x, cols: 1 } };
}

const kinds = Array.from({ length: 90 }, (_, i) => (i % 2 === 0 ? 'like' : 'unlike'));
const graphs = kinds.map((kind, i) => drawGraph(kind === 'like', i));
const split = { train: range(0, 40), validation: range(40, 60), test: range(60, 90) };
const settings = {
  graphs,
  split,
  hidden: 8,
  dropout: 0,
  epochs: 40,
  batchSize: 16,
  runtime,
  onWarning: () => {},
} as const;

describe('of whole graphs, fitGraphs learns', () => {
  it.each(['gcn', 'gfgnPair', 'gfgnGraph'] as const)('a class that edges alone tell: %s', async (model) => {
    const trained = await fitGraphs({ ...settings, model, labels: kinds });
    expect(trained.best.testAccuracy).toBeGreaterThan(0.9);
    const told = await classifyGraphs(trained, graphs, { runtime });
    const right = split.test.filter((graph) => told[graph] === kinds[graph]).length / split.test.length;
    expect(right).toBe(trained.best.testAccuracy);
    const some = graphs.slice(60);
    expect(await scoreGraphs(trained, some, { labels: kinds.slice(60) }, { runtime })).toBe(right);
  });

  it('a class of two by ROC AUC, with a network of its own nodes by themselves at chance', async () => {
    const given = { ...settings, labels: kinds, task: 'binary' } as const;
    const [edges, alone] = [await fitGraphs({ ...given, model: 'gcn' }), await fitGraphs({ ...given, model: 'mlp' })];
    expect(edges.best.testScore).toBeGreaterThan(0.95);
    expect(alone.best.testScore).toBeLessThan(0.75);
  });

  it('a class by the largest of what nodes have', async () => {
    const trained = await fitGraphs({ ...settings, model: 'gcn', labels: kinds, readout: 'max' });
    expect(trained.best.testAccuracy).toBeGreaterThan(0.9);
    const alone = await predictGraphs(trained, [graphs[7]!], { runtime });
    const whole = await predictGraphs(trained, graphs, { runtime });
    expect(alone.data[0]).toBeCloseTo(whole.data[14]!, 4);
  });

  it('a quantity, by the sum over nodes', async () => {
    const sizes = graphs.map(({ adjacency }) => 100 * adjacency.rows);
    const trained = await fitGraphs({
      ...settings,
      model: 'mlp',
      task: 'regression',
      targets: sizes,
      readout: 'sum',
      epochs: 150,
      learningRate: 0.03,
    });
    expect(trained.best.testScore).toBeGreaterThan(0.8);
    const { data } = await predictGraphs(trained, graphs, { runtime });
    const error =
      split.test.reduce((sum, graph) => sum + Math.abs(data[graph]! - sizes[graph]!), 0) / split.test.length;
    expect(error).toBeCloseTo(trained.best.testMeanAbsoluteError, 2);
  });
});

describe('a model of graphs', () => {
  // Two read the neighbourhoods of a whole graph, and take no batches.
  const inBatches = modelNames.filter((name) => name !== 'h2gcn' && name !== 'linkx');

  it.each(inBatches)('gives for a graph the same whatever is beside it: %s', async (model) => {
    const trained = await fitGraphs({ ...settings, model, labels: kinds, epochs: 2 });
    const whole = await predictGraphs(trained, graphs, { runtime });
    for (const graph of [3, 70]) {
      const alone = await predictGraphs(trained, [graphs[graph]!], { runtime });
      for (let k = 0; k < 2; k++) expect(alone.data[k]).toBeCloseTo(whole.data[2 * graph + k]!, 4);
    }
  });

  it('gives no numbers that are not finite', async () => {
    const trained = await fitGraphs({ ...settings, model: 'gcn', labels: kinds, epochs: 1 });
    const large = { ...trained, params: trained.params.map((value) => 100 * value) };
    const { adjacency } = graphs[1]!;
    const features = { data: new Float32Array(adjacency.rows).fill(3e38), cols: 1 };
    const given = [graphs[0]!, { adjacency, features }];
    const message = /gfgn: the outputs.* of graph 1.*scale features down/;
    await expect(predictGraphs(large, given, { runtime })).rejects.toThrow(message);
    await expect(classifyGraphs(large, given, { runtime })).rejects.toThrow(message);
    await expect(scoreGraphs(large, given, { labels: kinds.slice(0, 2) }, { runtime })).rejects.toThrow(message);
  });

  it("refuses graphs that can't be beside each other, and says which", async () => {
    const other = { ...graphs[0]!, features: { data: new Float32Array(2 * graphs[0]!.adjacency.rows), cols: 2 } };
    const given = {
      ...settings,
      model: 'gcn',
      labels: ['a', 'b'],
      split: { train: [0, 1], validation: [], test: [] },
    } as const;
    await expect(fitGraphs({ ...given, graphs: [graphs[1]!, other] })).rejects.toThrow(
      'graph 1 has 2 dense features, graph 0 has 1 dense features',
    );
    const oneWay = {
      ...graphs[0]!,
      adjacency: csrFromEntries(6, 6, { rows: [0], columns: [1] }),
      features: { data: new Float32Array(6), cols: 1 },
    };
    await expect(fitGraphs({ ...given, graphs: [graphs[1]!, oneWay] })).rejects.toThrow(
      /not the same in both directions.*\(graph 1, counted from 0\)/,
    );
    await expect(fitGraphs({ ...given, graphs: [] })).rejects.toThrow(
      'graphs are an array of 0; give a list of at least one',
    );
    await expect(
      fitGraphs({ ...given, graphs: graphs.slice(0, 2), split: { train: [0, 2], validation: [], test: [] } }),
    ).rejects.toThrow('split.train has the graph 2; there are 2');
    await expect(fitGraphs({ ...given, graphs: graphs.slice(0, 2), readout: 'median' as never })).rejects.toThrow(
      'readout is "median"',
    );
  });

  it('refuses to monitor what there is not in validation', async () => {
    const quantities = { ...settings, model: 'gcn', task: 'regression', targets: graphs.map((_, i) => i) } as const;
    await expect(fitGraphs({ ...quantities, monitor: 'accuracy' })).rejects.toThrow(
      "gfgn: fitGraphs can't monitor the accuracy: quantities have no accuracy; monitor the loss",
    );
    const oneClass = { ...split, validation: split.validation.filter((i) => kinds[i] === 'like') };
    const given = { ...settings, model: 'gcn', labels: kinds, split: oneClass, monitor: 'score' } as const;
    await expect(fitGraphs({ ...given, task: 'binary' })).rejects.toThrow(
      "gfgn: fitGraphs can't monitor the score: ROC AUC needs graphs of both classes in split.validation",
    );
  });

  it('refuses models that are bound to one graph, and ways to read edges that there are not', async () => {
    for (const model of ['linkx', 'h2gcn'] as const)
      await expect(fitGraphs({ ...settings, model, labels: kinds })).rejects.toThrow(
        `gfgn: fitGraphs can't train ${model}, which`,
      );
    const given = { ...settings, model: 'gcn', labels: kinds } as const;
    await expect(fitGraphs({ ...given, directed: 'false' as never })).rejects.toThrow('directed is "false"');
    await expect(fitGraphs({ ...given, selfLoops: 'all' as never })).rejects.toThrow('selfLoops is "all"');
  });

  it('goes on from a checkpoint of the same fit, and of no other', async () => {
    let state: SavedState | undefined;
    const checkpoint: CheckpointStore = {
      load: async () => state,
      async save(saved) {
        state ??= structuredClone(saved);
      },
    };
    const given = { ...settings, model: 'gcn', labels: kinds, epochs: 2 } as const;
    const whole = await fitGraphs(given);
    await fitGraphs({ ...given, checkpoint });
    expect((await fitGraphs({ ...given, checkpoint })).params).toEqual(whole.params);
    const [first, ...rest] = graphs as [GraphLike, ...GraphLike[]];
    const { adjacency } = first;
    const heavier = { ...first, adjacency: { ...adjacency, values: adjacency.values.map((w) => 2 * w) } };
    const others = [
      ...[{ learningRate: 0.02 }, { weightDecay: 0 }, { monitor: 'accuracy' }, { classWeights: [1, 2] }],
      ...[{ directed: true }, { selfLoops: 'keep' }, { task: 'binary' }, { graphs: [heavier, ...rest] }],
      ...[{ split: { ...split, train: range(0, 39) } }, { split: { ...split, train: split.train.toReversed() } }],
      { labels: ['unlike', ...kinds.slice(1)] },
    ] as const;
    for (const other of others)
      await expect(
        fitGraphs({ ...given, ...(other as object), checkpoint }),
        JSON.stringify(other).slice(0, 60),
      ).rejects.toThrow(/the checkpoint (is of a fit with other settings or data|has other parameters)/);
  });
});
