import { csrFromEntries, fit } from '@unbraid/gfgn';
import { nodeRuntime } from '@unbraid/graph/node';
import { expect, it } from 'vitest';
import { libraryName } from './candidates.ts';
import { checkSample, depthOf, sampleOf } from './sample.ts';
import { type GraphModel, graphModels, settings } from './settings.ts';

const told = (given: object) => settings.parse({ baselines: ['majority', 'logistic', 'mlp'], ...given });

it.each<[object, string]>([
  [
    { model: 'gcn', baselines: ['gcn', 'gpr-gnn', 'h2gcn'], sample: [10, 10] },
    '--sample has 2 numbers, gpr-gnn hears 10 hops',
  ],
  [{ model: 'gcn', baselines: ['h2gcn'], sample: [10, 10] }, 'fit: h2gcn takes all nodes at once'],
  [{ model: 'linkx', sample: [10] }, 'fit: linkx takes all nodes at once'],
  [{ model: 'gcn', depth: 3, sample: [10, 10] }, 'gcn hears 3 hops'],
])('refuses to draw neighbours before anything is trained, %#', (given, message) => {
  expect(() => checkSample(told(given))).toThrow(message);
});

it('says nothing where no neighbours are drawn', () => {
  expect(checkSample(told({ model: 'h2gcn', baselines: ['gpr-gnn', 'linkx'] }))).toBeUndefined();
});

const nodes = 12;
const graph = {
  adjacency: csrFromEntries(nodes, nodes, {
    rows: Array.from({ length: 2 * nodes }, (_, e) => e >> 1),
    columns: Array.from({ length: 2 * nodes }, (_, e) => ((e >> 1) + (e % 2 ? 1 : nodes - 1)) % nodes),
  }),
  features: { data: Float32Array.from({ length: 2 * nodes }, (_, i) => Math.sin(i)), rows: nodes, cols: 2 },
  labels: Int32Array.from({ length: nodes }, (_, i) => i % 2),
  classes: 2,
};
const split = { train: [0, 1, 2, 3], validation: [4, 5, 6, 7], test: [8, 9, 10, 11] };
const hops: Partial<Record<GraphModel, number>> = { 'gpr-gnn': 10, mixhop: 4 };

it('lets pass what can be trained', async () => {
  const runtime = nodeRuntime({ threads: 1 });
  for (const model of graphModels.filter((name) => name !== 'h2gcn' && name !== 'linkx')) {
    const checked = told({ model, sample: new Array<number>(hops[model] ?? 2).fill(2) });
    checkSample(checked);
    const plan = { ...sampleOf(model, checked), ...depthOf(model, checked), graph, split, epochs: 1, runtime };
    const { history } = await fit({ ...plan, model: libraryName(model), hidden: 8, onWarning: () => {} });
    expect(history.length).toBe(1);
  }
});
