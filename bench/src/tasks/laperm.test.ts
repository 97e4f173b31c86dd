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

it.each(['Conv4', 'ResNet-18'] as const)(
  'a task of %s has noise in the shape of photographs, and weights as the model’s',
  async (network) => {
    const file = await newFile();
    await writeTrainTask(file, network, 4, 1);
    const { x, start, check } = await readTrainTask({ file, network });
    expect([x.rows, x.cols]).toEqual([4, 3072]);
    expect(start.length).toBe(layoutOf(networks[network](0).params, 'params').size);
    // Millions of entries, which a matcher would take minutes for.
    expect(start.every((weight, i) => weight === check[i])).toBe(true);
  },
);

it('ResNet-18 has as many parameters as the usual one for CIFAR-10', () => {
  // 11,173,962: https://github.com/kuangliu/pytorch-cifar, as PyTorch counts it.
  expect(summarize(networks['ResNet-18'](), [3072]).trainable).toBe(11_173_962);
});
