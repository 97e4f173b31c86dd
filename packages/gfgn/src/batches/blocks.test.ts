import { createWorkspace, mul, type Tensor, type TensorSpec, withScope } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom, csrFromEntries } from '@unbraid/kernels';
import { type AnyModel, initialize } from '@unbraid/nn';
import { expect, test } from 'vitest';
import { twoGroups } from '../../test/graphs.ts';
import { type AnyNodeLayer, createModel, fit, gcnLayer, modelNames, nodeSequence, predict } from '../index.ts';
import { structureOf } from '../structure.ts';
import { blockEvaluator } from './blocks.ts';
import { nodeBlocks } from './node-blocks.ts';
import { createSampler } from './sampler.ts';
import { hopsOf, radiiOf, stagesOf } from './stages.ts';

const runtime = nodeRuntime({ threads: 1 });
const range = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);

/** An undirected graph of pairs of nodes. */
const undirected = (nodes: number, pairs: readonly (readonly [number, number])[]) =>
  csrFromEntries(nodes, nodes, { rows: pairs.flat(), columns: pairs.flatMap(([i, j]) => [j, i]) });

/** Node 0 beside nodes up to `leaves`, all others in pairs. */
function starBeside(nodes: number, leaves: number) {
  const spokes = Array.from({ length: leaves }, (_, i) => [0, i + 1] as const);
  const pairs = Array.from(
    { length: (nodes - leaves - 1) >> 1 },
    (_, i) => [leaves + 1 + 2 * i, leaves + 2 + 2 * i] as const,
  );
  return undirected(nodes, [...spokes, ...pairs]);
}

/** Blocks of all nodes with all that is around them, in batches of at most `most` nodes. */
function blocksOf(adjacency: Parameters<typeof structureOf>[0], hops: number, most: number) {
  const sampler = createSampler(structureOf(adjacency));
  const fanOuts = new Array<number>(hops).fill(Number.POSITIVE_INFINITY);
  let sampled = 0;
  const { parts, largest } = nodeBlocks(range(0, adjacency.rows), most, (part) => {
    sampled++;
    return sampler.around(part, fanOuts, createRandom(0));
  });
  expect(parts.flatMap((part) => [...part])).toEqual([...range(0, adjacency.rows)]);
  return { parts, sampled, most: Math.max(...largest.map(({ nodes }) => nodes.length)) };
}

test('another set of as many nodes has room, though one of its nodes has many neighbours', async () => {
  const nodes = 401;
  const adjacency = starBeside(nodes, 300);
  const data = createRandom(1).normal(new Float32Array(nodes * 6));
  const labels = Int32Array.from({ length: nodes }, (_, i) => i % 2);
  const graph = { adjacency, features: { data, rows: nodes, cols: 6 }, labels, classes: 2 };
  const structure = structureOf(adjacency);
  const made = createModel({ model: 'gcn', inputs: 6, classes: 2, hidden: 5 });
  const params = initialize(made as unknown as AnyModel, createRandom(1));
  const whole = await predict({ settings: made.settings, params }, graph, { runtime });
  await withScope(async (scope) => {
    const blocks = blockEvaluator(scope, runtime, {
      ...{ stages: stagesOf(made, 2), specs: made.params as TensorSpec, params: { data: params } },
      ...{
        features: graph.features,
        structure,
        workspace: scope.own(createWorkspace(runtime.arena)),
        nodesAtOnce: 500,
      },
    });
    for (const wanted of [range(301, 311), range(0, 10), range(301, 311)]) {
      const outputs = await blocks.outputs(wanted);
      for (const [i, node] of wanted.entries())
        for (let k = 0; k < 2; k++) expect(outputs[2 * i + k]).toBeCloseTo(whole.data[2 * node + k]!, 4);
    }
  });
  const split = {
    validation: range(301, 311),
    train: Int32Array.of(0, 2, 4, 6, 8),
    test: Int32Array.of(1, 3, 5, 7, 9),
  };
  const options = { model: 'gcn', hidden: 5, epochs: 1, graph, split, runtime, onWarning: () => {} } as const;
  const { best } = await fit({ ...options, sample: { fanOuts: [2, 2] } });
  expect(best.testAccuracy).toBeGreaterThanOrEqual(0);
});

test('a node with many neighbours is in a small block, others in large ones', () => {
  const { parts, most } = blocksOf(starBeside(1000, 60), 1, 100);
  expect(most).toBeLessThanOrEqual(100);
  expect(parts.length).toBeLessThan(25);
});

test('where a node has more around it than a block should, blocks become as large', () => {
  const star = blocksOf(starBeside(1000, 400), 1, 100);
  expect(star.most).toBe(401);
  expect(star.parts.length).toBeLessThan(10);
  const nodes = 200;
  const ring = undirected(
    nodes,
    Array.from({ length: nodes }, (_, i) => [i, (i + 1) % nodes] as const),
  );
  const far = blocksOf(ring, 100, 20);
  expect(far.parts.length).toBe(1);
  expect(far.sampled).toBeLessThan(20);
});

test('a copy of a network with another function is trained by that one in batches, too', async () => {
  const network: AnyNodeLayer = nodeSequence([gcnLayer(6, 4), gcnLayer(4, 2)]) as never;
  const zeros: AnyNodeLayer = {
    ...network,
    apply: (params, x, context) => mul(network.apply(params, x, context) as Tensor, 0),
  };
  expect([stagesOf(network, 2).length, stagesOf(zeros, 2).length]).toEqual([2, 1]);
  const split = { train: range(0, 20), validation: range(20, 40), test: range(40, 60) };
  const options = { graph: twoGroups(), split, epochs: 1, runtime, onWarning: () => {} } as const;
  for (const model of [zeros, (nodeSequence as (layers: unknown) => unknown)([zeros]) as AnyNodeLayer]) {
    const { history } = await fit({ ...options, model, sample: { fanOuts: [3, 3] } });
    // Equal odds.
    expect(history[0]!.validationLoss).toBeCloseTo(Math.log(2), 6);
    expect(history[0]!.trainLoss).toBeCloseTo(Math.log(2), 6);
  }
});

test('hops of models are those of their papers', () => {
  const heard = modelNames.map((model) => [
    model,
    hopsOf(createModel({ model, inputs: 2, classes: 2, depth: 3, nodes: 4 })),
  ]);
  const others = { mlp: 0, gprGnn: 10, h2gcn: 6, mixHop: 6, linkx: 1 };
  expect(Object.fromEntries(heard)).toEqual({ ...Object.fromEntries(modelNames.map((name) => [name, 3])), ...others });
  expect(radiiOf(stagesOf(createModel({ model: 'gcn', inputs: 2, classes: 2 }), 2))).toEqual([2, 1, 0]);
});
