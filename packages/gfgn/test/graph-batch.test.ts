import { layoutOf } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { csrFromEntries } from '@unbraid/kernels';
import { expect, it } from 'vitest';
import { type AnyNodeLayer, fitGraphs, type GraphLike, graphTransformerLayer, predictGraphs } from '../src/index.ts';
import type { Readout } from '../src/whole-graphs/readout.ts';
import { graphParams } from '../src/whole-graphs/readout.ts';
import fixture from './fixtures/graph-batch.json' with { type: 'json' };

const runtime = nodeRuntime({ threads: 1 });
const { labels, learningRate } = fixture;
const model = graphTransformerLayer(3, 2, 2, { edgeFeatures: 2 }) as AnyNodeLayer;

const graphs = fixture.graphs.map(({ x, rows, columns, edges }): GraphLike => {
  const [nodes, cols] = x.shape as [number, number];
  return {
    adjacency: csrFromEntries(nodes, nodes, { rows, columns }),
    features: { data: Float32Array.from(x.data), rows: nodes, cols },
    edgeFeatures: { data: Float32Array.from(edges), rows: rows.length, cols: 2 },
  };
});

/** A case's parameters in our order. */
function flat(parameters: Readonly<Record<string, readonly number[]>>): Float32Array {
  const { leaves, size } = layoutOf(graphParams(model.params, 4, 3) as never, 'params');
  expect(leaves.map(({ path }) => path).sort()).toEqual(Object.keys(parameters).sort());
  const params = new Float32Array(size);
  for (const { path, offset } of leaves) params.set(parameters[path]!, offset);
  return params;
}

it.each(fixture.cases)(
  'graphs with features of edges have outputs, losses and steps of PyTorch Geometric: $readout',
  async ({ readout, parameters, logits, losses }) => {
    const params = flat(parameters as unknown as Record<string, number[]>);
    const trained = await fitGraphs({
      ...{ graphs, labels, model, params, readout: readout as Readout, batchSize: graphs.length, learningRate },
      split: { train: [0, 1, 2, 3], validation: [], test: [] },
      ...{ epochs: losses.length, weightDecay: 0, runtime, onWarning: () => {} },
    });
    for (const [i, loss] of losses.entries()) expect(trained.history[i]!.trainLoss / loss).toBeCloseTo(1, 4);
    const outputs = await predictGraphs({ ...trained, params }, graphs, { runtime });
    expect([outputs.rows, outputs.cols]).toEqual(logits.shape);
    for (const [i, value] of logits.data.entries()) expect(outputs.data[i]).toBeCloseTo(value, 5);
  },
);
