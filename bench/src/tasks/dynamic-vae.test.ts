import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSafetensors, requireTensor } from '@unbraid/data';
import { layoutOf } from '@unbraid/graph';
import { expect, it } from 'vitest';
import { readVaeTask, type VaeTask, type VaeWork, writeVaeTask } from './dynamic-vae.ts';

it.each([
  ['beta', 64 * 64],
  ['tc', 64 * 64],
  ['own', 3 * 48 * 80],
] as [VaeWork, number][])(
  'a task of %s reads back, with weights in the layout of the model and noise for each checked step',
  async (work, cols) => {
    const file = join(await mkdtemp(join(tmpdir(), 'unbraid-bench-')), 'task.safetensors');
    const task: VaeTask = { work, file, learningRate: 1e-4, beta: 4, checkedSteps: 2, threads: 1 };
    await writeVaeTask(task, 3, 1);
    const { vae, x, rows, params } = await readVaeTask(task);
    expect([rows, x.length]).toEqual([3, 3 * cols]);
    const isBlackAndWhite = x.every((value) => value === 0 || value === 1);
    expect(isBlackAndWhite).toBe(work !== 'own');
    expect(params.length).toBe(layoutOf(vae.params, 'params').size);
    const { shape, data } = requireTensor(await readSafetensors(file), 'noise', 'F32');
    expect(shape).toEqual([2, 3, 10]);
    expect(new Set(data).size).toBe(60);
  },
);
