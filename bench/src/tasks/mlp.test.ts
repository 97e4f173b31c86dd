import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readMlpTask } from './mlp.ts';
import { writeMlpTask } from './write-mlp.ts';

it('a task reads back as the net and the batches that were asked for, the same for the same seed', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'unbraid-bench-')), 'task.safetensors');
  await writeMlpTask(file, { sizes: [5, 7, 3], batch: 4 }, 1);
  const task = await readMlpTask(file);
  expect(task.sizes).toEqual([5, 7, 3]);
  expect(task.weights.map(({ shape }) => shape)).toEqual([[5, 7], [7], [7, 3], [3]]);
  for (const { x, labels } of task.batches) {
    expect(x.shape).toEqual([4, 5]);
    expect(labels.every((label) => label >= 0 && label < 3)).toBe(true);
  }
  expect(task.batches[0]?.x.data).not.toEqual(task.batches[1]?.x.data);

  await writeMlpTask(file, { sizes: [5, 7, 3], batch: 4 }, 1);
  expect(await readMlpTask(file)).toEqual(task);
});
