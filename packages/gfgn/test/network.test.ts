import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concat, layoutOf, mul } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom } from '@unbraid/kernels';
import { type AnyModel, activation, dense, initialize, layerNorm, type Model } from '@unbraid/nn';
import { expect, it, test } from 'vitest';
import {
  type AnyNodeLayer,
  buildNetwork,
  decodeModel,
  describeNetwork,
  eachNode,
  encodeModel,
  fit,
  gcnLayer,
  gfgnPair,
  graphTransformerLayer,
  loadModel,
  type NodeLayer,
  networkModel,
  nodeDense,
  nodeDropout,
  nodeResidual,
  nodeSequence,
  predict,
  saveModel,
  score,
  smoothingScores,
} from '../src/index.ts';
import { twoGroups } from './graphs.ts';

const runtime = nodeRuntime({ threads: 1 });
const graph = twoGroups();
const range = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
const split = { train: range(0, 20), validation: range(20, 35), test: range(35, 60) };

const network = nodeSequence({
  input: nodeDense(6, 8),
  block: nodeResidual(
    nodeSequence([eachNode(layerNorm({ features: 8 })), gfgnPair(8, undefined, { limit: 1.5 }), nodeDropout(0.2)]),
  ),
  active: eachNode(activation('gelu')),
  output: gcnLayer(8, 2),
});
const options = { model: network, graph, split, epochs: 60, runtime } as const;

/** A model that doesn't say that it gives twice the features. */
const doubled: Model<Readonly<Record<string, never>>> = { params: {}, apply: (_, x) => concat([x, x], 1) };

/** A layer that is nobody's: features times their own scale. */
const scaled: NodeLayer<Readonly<Record<string, never>>> = {
  name: 'scaled',
  params: {},
  apply: (_, x) => mul('matrix' in x ? (undefined as never) : x, 2),
};

test('a network of layers is trained as a model by name is', async () => {
  const trained = await fit(options);
  expect(trained.best.trainAccuracy).toBeGreaterThan(0.8);
  expect(await score(trained, graph, split.test, { runtime })).toBe(trained.best.testAccuracy);
  expect((await fit(options)).params).toEqual(trained.params);
  const [pair] = await smoothingScores(trained, graph, { runtime });
  expect(pair).toMatchObject({ grain: 'pair', width: 8, limit: 1.5 });
});

test('scores of a layer behind one that sees features of edges are those on what that one gives', async () => {
  const seen = graphTransformerLayer(6, 4, 1, { edgeFeatures: 2 });
  const gated = gfgnPair(4, 2);
  const of = (layer: unknown, inputs: number, classes: number, seed: number) => {
    const { settings, params } = networkModel(layer as AnyNodeLayer, { inputs, classes });
    return { settings, params: initialize({ params } as AnyModel, createRandom(seed)) };
  };
  const [first, second] = [of(seen, 6, 4, 1), of(gated, 4, 2, 2)];
  const both = of(nodeSequence([seen as AnyNodeLayer, gated as AnyNodeLayer]), 6, 2, 3);
  const params = Float32Array.from([...first.params, ...second.params]);
  const edges = graph.adjacency.columns.length;
  const edgeFeatures = { data: createRandom(4).normal(new Float32Array(2 * edges)), rows: edges, cols: 2 };
  const features = await predict(first, { ...graph, edgeFeatures }, { runtime });
  const [expected] = await smoothingScores(second, { ...graph, features }, { runtime });
  const [found] = await smoothingScores({ ...both, params }, { ...graph, edgeFeatures }, { runtime });
  for (const [d, mean] of expected!.mean.entries()) expect(found!.mean[d]).toBeCloseTo(mean, 5);
  for (const [d, std] of expected!.std.entries()) expect(found!.std[d]).toBeCloseTo(std, 5);
});

test('two layers by hand have the loss of the model by name, from the same parameters', async () => {
  const hand = nodeSequence({
    first: nodeSequence([nodeDropout(0.5), gcnLayer(6, 8), eachNode(activation('relu'))]),
    second: nodeSequence([nodeDropout(0.5), gcnLayer(8, 2)]),
  });
  const named = await fit({ ...options, model: 'gcn', hidden: 8, epochs: 5 });
  const own = await fit({ ...options, model: hand, epochs: 1, params: named.params });
  const again = await fit({ ...options, model: 'gcn', hidden: 8, epochs: 1, params: named.params });
  expect(own.history[0]!.validationLoss).toBeCloseTo(again.history[0]!.validationLoss, 5);
});

test('a network of ours comes back from a file without code, one with layers of its own with them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'network-'));
  try {
    const path = join(folder, 'network.safetensors');
    const trained = await fit({ ...options, epochs: 3 });
    await saveModel(trained, path);
    const loaded = await loadModel(path);
    expect(loaded.settings).toEqual(trained.settings);
    expect(await predict(loaded, graph, { runtime })).toEqual(await predict(trained, graph, { runtime }));

    const model = nodeSequence([scaled, network]);
    const own = await fit({ ...options, model, epochs: 3 });
    const bytes = encodeModel(own);
    expect(() => decodeModel(bytes)).toThrow('this model has layers of its own');
    const again = decodeModel(bytes, 'own', { network: model });
    expect(await predict(again, graph, { runtime })).toEqual(await predict(own, graph, { runtime }));
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('names parameters by the place of their layer', () => {
  const { leaves } = layoutOf(network.params as never, 'params');
  expect(leaves.map(({ path }) => path)).toContain('block.branch.1.own');
});

it('is described by JSON from which it is made again, or by the layers that are not ours', () => {
  const { json } = describeNetwork(network);
  expect(describeNetwork(buildNetwork(JSON.parse(JSON.stringify(json))))).toEqual({ json, own: [] });
  const outside = nodeSequence({ a: scaled, b: nodeResidual(scaled), c: eachNode(activation((x) => x)) });
  expect(describeNetwork(outside).own).toEqual(['a (scaled)', 'b.branch (scaled)', 'c: the model (activation)']);
});

it.each<[() => AnyNodeLayer, string]>([
  [() => nodeSequence([]) as AnyNodeLayer, 'nodeSequence takes at least one layer'],
  [() => nodeSequence([3 as never]) as AnyNodeLayer, "gfgn: nodeSequence's 0 is 3; a layer or network"],
  [() => nodeSequence([gcnLayer(3, 4), gcnLayer(5, 2)]) as AnyNodeLayer, '0 gives 4 features for a node, 1 takes 5'],
  [() => nodeResidual(gcnLayer(3, 4)) as AnyNodeLayer, 'adds 4 features of its branch to 3 of its input'],
  [() => nodeResidual(gcnLayer(3, 4), gcnLayer(3, 5)) as AnyNodeLayer, 'to 5 of its shortcut'],
  [() => nodeDropout(1) as AnyNodeLayer, "nodeDropout's rate is 1"],
  [() => nodeDropout(Number.NaN) as AnyNodeLayer, "nodeDropout's rate is NaN"],
  [() => eachNode(undefined as never) as AnyNodeLayer, 'gfgn: eachNode is given undefined'],
  [() => gcnLayer(3, 4, 0) as AnyNodeLayer, "gcnLayer's hops is 0; a whole number from 1 to 1000"],
])('a network that cannot be is refused, %#', (make, message) => {
  expect(make).toThrow(message);
});

it.each<[unknown, string]>([
  [null, 'gfgn: a layer is null'],
  [{ layer: 'gcnLayr', settings: {} }, 'gfgn: there is no layer "gcnLayr"'],
  [{ layer: 'gcnLayer', settings: { inputs: 2, outputs: 0 } }, "gfgn: a layer's outputs is 0"],
  [{ layer: 'gcnLayer', settings: { inputs: 2, outputs: 3, hop: 1 } }, 'a layer has no setting "hop"'],
  [{ layer: 'nodeSequence', settings: { list: true, layers: [1] } }, 'no pair of a key and a layer'],
  [{ layer: 'nodeSequence', settings: { list: 1, layers: [] } }, 'a sequence has no list of layers'],
  [{ layer: 'eachNode', settings: { model: 1 } }, 'nn: a layer is 1'],
])('a description that is none is refused, %#', (json, message) => {
  expect(() => buildNetwork(json)).toThrow(message);
});

it.each<[object, string]>([
  [{ model: gcnLayer(5, 2) }, 'the model takes 5 features, the graph has 6'],
  [{ model: gcnLayer(6, 3) }, 'the model gives 3 outputs for a node, there are 2 classes'],
  [{ model: eachNode(dense(6, 3)) }, 'the model gives 3 outputs for a node, there are 2 classes'],
  [
    { model: nodeSequence([nodeDense(6, 6), eachNode(doubled)]) },
    'the model gives [60, 12], 60 nodes of 2 classes take [60, 2]',
  ],
  [{ hidden: 4 }, "fit's hidden is for models by name"],
  [{ dropout: 0.1 }, "fit's dropout is for models by name"],
  [{ model: {} }, "gfgn: fit's model is"],
])('fit refuses a network that does not fit, %#', async (fault, message) => {
  await expect(fit({ ...options, ...fault })).rejects.toThrow(message);
});
