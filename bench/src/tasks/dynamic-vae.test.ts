import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSafetensors, requireTensor } from '@unbraid/data';
import { layoutOf } from '@unbraid/graph';
import { expect, it } from 'vitest';
import { readVaeTask, vae, writeVaeTask } from './dynamic-vae.ts';

it('a task reads back, with weights in the layout of the model and noise for each checked step', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'unbraid-bench-')), 'task.safetensors');
  await writeVaeTask(file, 3, 2, 1);
  const { x, rows, params } = await readVaeTask({ file });
  expect([rows, x.length]).toEqual([3, 3 * 64 * 64]);
  expect(new Set(x)).toEqual(new Set([0, 1]));
  expect(params.length).toBe(layoutOf(vae.params, 'params').size);
  const { shape, data } = requireTensor(await readSafetensors(file), 'noise', 'F32');
  expect(shape).toEqual([2, 3, 10]);
  expect(new Set(data).size).toBe(60);
});
