import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom, csrFromEntries } from '@unbraid/kernels';
import { type AnyModel, initialize } from '@unbraid/nn';
import { describe, expect, it } from 'vitest';
import {
  type AnyNodeLayer,
  classify,
  createModel,
  fit,
  gcnLayer,
  graphNetwork,
  type ModelName,
  modelNames,
  type NodeGraphLike,
  predict,
  score,
  type TrainedModel,
} from '../src/index.ts';
import { twoGroups } from './graphs.ts';

const runtime = nodeRuntime({ threads: 1 });
const nodes = 60;
const graph = twoGroups(nodes);
const edges = graph.adjacency.columns.length;
const numbers = (rows: number, cols: number, seed: number) => ({
  ...{ rows, cols, data: createRandom(seed).normal(new Float32Array(rows * cols)) },
});

function untrained(model: ModelName): TrainedModel {
  const made = createModel({ model, inputs: 6, classes: 3, hidden: 8, nodes });
  return { settings: made.settings, params: initialize(made as unknown as AnyModel, createRandom(1)) };
}

async function expectSame(trained: TrainedModel, given: NodeGraphLike, nodesAtOnce: number) {
  const whole = await predict(trained, given, { runtime });
  const parts = await predict(trained, given, { runtime, nodesAtOnce });
  expect([parts.rows, parts.cols, parts.data.length]).toEqual([whole.rows, whole.cols, whole.data.length]);
  const scale = whole.data.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  expect(scale).toBeGreaterThan(0);
  for (const [i, value] of whole.data.entries()) expect(Math.abs(parts.data[i]! - value) / scale).toBeLessThan(1e-6);
}

const whole: readonly ModelName[] = ['gfgnGraph', 'h2gcn', 'linkx'];

describe('predict in blocks', () => {
  it.each(modelNames.filter((name) => !whole.includes(name)))('gives what all nodes at once give: %s', async (name) => {
    await expectSame(untrained(name), graph, 20);
  });

  it('takes sparse features, edges with directions, and blocks of any size', async () => {
    const rows = Int32Array.from({ length: nodes }, (_, i) => i);
    const sparse = csrFromEntries(nodes, 6, { rows, columns: rows.map((i) => i % 6), values: rows.map((i) => 1 + i) });
    const directed = csrFromEntries(nodes, nodes, { rows, columns: rows.map((i) => (7 * i + 3) % nodes) });
    for (const size of [1, 9, 1000]) {
      await expectSame(untrained('gcn'), { adjacency: graph.adjacency, features: sparse }, size);
      await expectSame(untrained('sage'), { adjacency: directed, directed: true, features: graph.features }, size);
    }
  });

  it('reads features of edges, of classes, quantities and networks alike', async () => {
    const network = graphNetwork({
      ...{ inputs: 6, hidden: 8, outputs: 1, depth: 2, layer: 'graphTransformer', edgeFeatures: 2 },
    });
    const targets = Array.from({ length: nodes }, (_, i) => 1000 + 50 * Math.sin(i));
    const given = { adjacency: graph.adjacency, features: graph.features, edgeFeatures: numbers(edges, 2, 3), targets };
    const at = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
    const split = { train: at(0, 40), validation: at(40, 50), test: at(50, nodes) };
    const options = { graph: given, split, task: 'regression', model: network, epochs: 3, runtime } as const;
    const trained = await fit({ ...options, onWarning: () => {} });
    await expectSame(trained, given, 15);
    const r2 = await score(trained, given, split.test, { runtime });
    expect(await score(trained, given, split.test, { runtime, nodesAtOnce: 15 })).toBeCloseTo(r2, 5);
    const classes = await classify(untrained('gat'), graph, { runtime });
    expect(await classify(untrained('gat'), graph, { runtime, nodesAtOnce: 15 })).toEqual(classes);
  });

  it.each([
    ['gfgnGraph', 'whose nodes follow from those around them, and gfgnGraph takes all nodes at once'],
    ['h2gcn', 'reads neighbourhoods of the whole graph'],
    ['linkx', 'it takes the whole of that graph and no other'],
  ] as const)('is refused where a model takes all nodes at once: %s', async (name, message) => {
    await expect(predict(untrained(name), graph, { runtime, nodesAtOnce: 20 })).rejects.toThrow(message);
  });

  it('is refused of networks that do not say how far they hear, and of sizes that are none', async () => {
    const { apply, params } = gcnLayer(6, 3) as AnyNodeLayer;
    const own = { settings: { model: 'network', inputs: 6, classes: 3 }, network: { apply, params } } as const;
    const trained = { ...own, params: new Float32Array(21) } as TrainedModel;
    await expect(predict(trained, graph, { runtime, nodesAtOnce: 20 })).rejects.toThrow('this network takes all nodes');
    for (const nodesAtOnce of [0, 2.5, Number.NaN, '8'])
      await expect(predict(untrained('gcn'), graph, { nodesAtOnce: nodesAtOnce as number })).rejects.toThrow(
        /nodesAtOnce/,
      );
  });
});
