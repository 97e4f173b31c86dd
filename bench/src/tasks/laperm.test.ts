import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSafetensors, requireTensor } from '@unbraid/data';
import { layoutOf } from '@unbraid/graph';
import { summarize } from '@unbraid/nn';
import { expect, it } from 'vitest';
import { networks, readTrainTask, writeSyncTask, writeTrainTask } from './laperm.ts';

const newFile = async () => join(await mkdtemp(join(tmpdir(), 'unbraid-bench-')), 'task.safetensors');

it('a synchronization task has weights and what training might have made of them', async () => {
  const file = await newFile();
  await writeSyncTask(file, { vectors: 5, length: 8 }, 1);
  const content = await readSafetensors(file);
  const [start, trained] = ['start', 'trained'].map((name) => requireTensor(content, name, 'F32'));
  expect(start!.shape).toEqual([5, 8]);
  expect(trained!.data).not.toEqual(start!.data);
});

it('a training task reads back with weights in the layout of the model', async () => {
  const file = await newFile();
  await writeTrainTask(file, 'F2', 50, 1);
  const { x, y, start, check } = await readTrainTask({ file, network: 'F2' });
  expect([x.rows, x.cols, y.length]).toEqual([50, 784, 50]);
  const { size } = layoutOf(networks.F2().params, 'params');
  expect([start.length, check.length]).toEqual([size, size]);
  expect(new Set(start)).toEqual(new Set([0, Math.fround(0.03)]));
  expect(new Set(check).size).toBeGreaterThan(size / 2);
});

it('Conv7 ends its convolutions with 128 features', () => {
  const { layers } = summarize(networks.Conv7(0.4), [784]);
  expect(layers.find(({ name }) => name === 'flatten')!.output).toEqual([128]);
});
