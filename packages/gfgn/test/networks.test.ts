import { layoutOf } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { expect, it, test } from 'vitest';
import { stagesOf } from '../src/batches/stages.ts';
import {
  type AnyNodeLayer,
  buildNetwork,
  createModel,
  describeNetwork,
  fit,
  type GraphNetworkOptions,
  graphNetwork,
  layerKinds,
  nodeDense,
  predict,
  type ResidualNetworkOptions,
  residualNetwork,
} from '../src/index.ts';
import { twoGroups } from './graphs.ts';

const runtime = nodeRuntime({ threads: 1 });
const graph = twoGroups();
const range = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
const split = { train: range(0, 20), validation: range(20, 35), test: range(35, 60) };
const training = { graph, split, epochs: 25, runtime, onWarning: () => {} } as const;
const widths = { inputs: 6, outputs: 2, hidden: 8, heads: 2, dropout: 0.2 } as const;

/** Whether JSON makes the same network again. */
function expectSaved(network: ReturnType<typeof graphNetwork>) {
  const { json, own } = describeNetwork(network);
  expect(own).toEqual([]);
  const again = buildNetwork(JSON.parse(JSON.stringify(json)));
  expect(describeNetwork(again).json).toEqual(json);
  expect(layoutOf(again.params, 'params')).toMatchObject({ size: layoutOf(network.params, 'params').size });
}

test.each(layerKinds)('a deep residual network with layer normalization learns: %s', async (layer) => {
  const network = graphNetwork({ ...widths, layer, depth: 3, norm: 'layer', residual: true });
  const { best } = await fit({ ...training, model: network });
  expect(best.trainAccuracy).toBeGreaterThan(0.8);
  expectSaved(network);
});

test.each(layerKinds)('blocks of aggregation and MLP learn: %s', async (layer) => {
  const network = residualNetwork({ ...widths, layer, depth: 1, expansion: 2 });
  const { best } = await fit({ ...training, model: network });
  expect(best.trainAccuracy).toBeGreaterThan(0.8);
  expectSaved(network);
});

test.each(layerKinds)('a model by name has as many layers, or residual blocks, as it is told: %s', (model) => {
  const sizeOf = (network: AnyNodeLayer) => layoutOf(network.params, 'params').size;
  for (const residual of [false, true]) {
    const made = createModel({ model, inputs: 6, classes: 2, hidden: 8, depth: 3, residual });
    const hidden = model === 'gat' ? 64 : 8;
    const own = { ...widths, layer: model, hidden, depth: 3, heads: 8 } as const;
    expect(sizeOf(made)).toBe(sizeOf(residual ? residualNetwork(own) : graphNetwork(own)));
    expect(made.settings).toMatchObject({ model, depth: 3, residual });
  }
});

it('says how far it hears, and what of it each stage takes', () => {
  const network = graphNetwork({ ...widths, layer: 'sage', depth: 3 });
  expect(stagesOf(network, 3).map(({ hops }) => hops)).toEqual([1, 1, 1]);
  expect(network.hops).toBe(3);
  expect(residualNetwork({ ...widths, layer: 'gatSep', depth: 2 })).toMatchObject({ hops: 2 });
  expect(stagesOf(residualNetwork({ ...widths, layer: 'gfgnGraph' }), 2).some(({ isGlobal }) => isGlobal)).toBe(true);
  const own = graphNetwork({ ...widths, layer: () => ({ params: {}, apply: (_: never, x: never) => x }) as never });
  expect(stagesOf(own, 4)).toMatchObject([{ hops: 4, isGlobal: true }]);
});

it('needs the number of nodes for a model that has parameters of each', async () => {
  const made = createModel({ model: 'linkx', inputs: 6, classes: 2, nodes: 60 });
  expect(made.settings).toMatchObject({ model: 'linkx', nodes: 60 });
  expect(() => createModel({ model: 'linkx', inputs: 6, classes: 2 })).toThrow('linkx has parameters of each node');
  const trained = await fit({ ...training, model: 'linkx', epochs: 2 });
  const smaller = twoGroups(40);
  await expect(predict(trained, smaller, { runtime })).rejects.toThrow('made for a graph of 60 nodes, this one has 40');
});

test.each(['concat', 'max'] as const)('jumping knowledge takes what all layers give: %s', async (jumping) => {
  const network = graphNetwork({ ...widths, layer: 'gcn', depth: 3, jumping });
  const { best } = await fit({ ...training, model: network });
  expect(best.trainAccuracy).toBeGreaterThan(0.8);
  const output = layoutOf(network.params, 'params').leaves.find(({ path }) => path === 'output.weight')!;
  expect(output.shape).toEqual([jumping === 'concat' ? 24 : 8, 2]);
  expectSaved(network);
});

it('drops at each place what that place says', async () => {
  const at = async (dropout: NonNullable<GraphNetworkOptions['dropout']>) => {
    const model = graphNetwork({ ...widths, layer: 'gatSep', dropout });
    return (await fit({ ...training, model, epochs: 1 })).history[0]!.trainLoss;
  };
  const none = await at(0);
  expect(await at({ inputs: 0, hidden: 0, attention: 0 })).toBe(none);
  for (const place of ['inputs', 'hidden', 'attention'] as const) {
    expect(await at({ inputs: 0, hidden: 0, attention: 0, [place]: 0.5 }), place).not.toBe(none);
  }
});

it('has one head in the last layer, unless a linear layer is behind it', () => {
  const headsOf = (more: Partial<GraphNetworkOptions>) =>
    [
      ...JSON.stringify(describeNetwork(graphNetwork({ ...widths, layer: 'gat', ...more })).json).matchAll(
        /"heads":(\d)/g,
      ),
    ].map(([, heads]) => Number(heads));
  expect(headsOf({ outputs: 4 })).toEqual([2, 1]);
  expect(headsOf({ outputs: 3 })).toEqual([2, 1]);
  expect(headsOf({ outputs: 4, jumping: 'concat' })).toEqual([2, 2]);
});

it('takes layers of your own', async () => {
  const model = graphNetwork({ ...widths, layer: (inputs, outputs) => nodeDense(inputs, outputs) as never, depth: 3 });
  expect((await fit({ ...training, model, epochs: 60 })).best.trainAccuracy).toBeGreaterThan(0.8);
});

it.each<[Partial<GraphNetworkOptions>, string]>([
  [{ layer: 'gnc' as never }, 'gfgn: graphNetwork\'s layer is "gnc"; "mlp", "gcn"'],
  [{ layer: 'gat', hidden: 9 }, "gfgn: 2 heads of gat don't divide a width of 9"],
  [{ layer: 'gat', hidden: 9, depth: 1, jumping: 'max' }, "gfgn: 2 heads of gat don't divide a width of 9"],
  [{ layer: () => 3 as never }, 'gives is 3; a layer or network'],
  [{ layer: (inputs) => nodeDense(inputs, 3) as never }, "graphNetwork's layer gives 3 features for a node where 8"],
  [{ depth: 1e6 }, "graphNetwork's depth is 1000000; a whole number from 1 to 1000"],
  [{ dropout: 1 }, "graphNetwork's dropout is 1"],
  [{ dropout: { attention: 2 } }, "graphNetwork's dropout"],
  [{ jumping: 'lstm' as never }, 'graphNetwork\'s jumping is "lstm"'],
  [{ layer: 'gatSep', edgeFeatures: 1.5 }, "graphNetwork's edgeFeatures is 1.5"],
])('graphNetwork refuses fault %#', (fault, message) => {
  expect(() => graphNetwork({ ...widths, layer: 'gcn', ...fault })).toThrow(message);
});

it.each<[Partial<ResidualNetworkOptions>, string]>([
  [{ layer: 'linkx' as never }, 'gfgn: residualNetwork\'s layer is "linkx"'],
  [{ expansion: 0 }, "residualNetwork's expansion is 0"],
  [{ layer: 'graphTransformer', heads: 3 }, "3 heads of graphTransformer don't divide a width of 8"],
])('residualNetwork refuses fault %#', (fault, message) => {
  expect(() => residualNetwork({ ...widths, layer: 'gcn', ...fault })).toThrow(message);
});

it('says that a layer takes features of edges that a graph does not have', async () => {
  const model = graphNetwork({ ...widths, layer: 'graphTransformer', edgeFeatures: 3 });
  await expect(fit({ ...training, model })).rejects.toThrow('graphTransformerLayer takes features of edges');
});
