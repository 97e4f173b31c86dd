import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { csrFromEntries, type NodeGraph } from '@unbraid/gfgn';
import { expect, it } from 'vitest';
import { type GfgnTask, readGfgnTask, writeGfgnTask } from './gfgn.ts';

const adjacency = csrFromEntries(3, 3, { rows: [0, 1, 1, 2], columns: [1, 0, 2, 1] });
const labels = Int32Array.of(0, 1, -1);
const train = Int32Array.of(0, 1);

/** What comes back of a graph with these features. */
async function written(features: NodeGraph['features'], model: GfgnTask['model']) {
  const task: GfgnTask = {
    file: join(await mkdtemp(join(tmpdir(), 'unbraid-bench-')), 'task.safetensors'),
    ...{ model, hidden: 4, classes: 2, limit: 1, dropout: 0.5, learningRate: 0.1, weightDecay: 0 },
    ...{ checkedEpochs: 5, threads: 1, kernelThreads: 1 },
  };
  await writeGfgnTask(task, { graph: { adjacency, features, labels, classes: 2 }, train }, 3);
  return readGfgnTask(task);
}

it('a task with dense features reads back', async () => {
  const features = { rows: 3, cols: 2, data: Float32Array.of(1, 2, 3, 4, 5, 6) };
  const task = await written(features, 'gcn');
  expect(task.graph).toEqual({ adjacency, features, labels, classes: 2 });
  expect(task.train).toEqual(train);
  // Two matrices and two biases, which are zeros at first.
  expect(task.params).toHaveLength(2 * 4 + 4 + 4 * 2 + 2);
  expect(task.params.filter((value) => value === 0)).toHaveLength(6);
});

it('sparse features stay sparse, and the same seed gives the same weights', async () => {
  const features = csrFromEntries(3, 5, { rows: [0, 2, 2], columns: [4, 0, 3], values: [0.5, 2, 1] });
  const task = await written(features, 'gfgnPair');
  expect(task.graph.features).toEqual(features);
  expect((await written(features, 'gfgnPair')).params).toEqual(task.params);
});
