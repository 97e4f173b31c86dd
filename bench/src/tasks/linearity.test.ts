import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initialize } from '@unbraid/nn';
import { expect, it } from 'vitest';
import { readLinearityTask, relativeDifference, writeLinearityTask } from './linearity.ts';

it('a task reads back with the network that was drawn', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'unbraid-bench-')), 'task.safetensors');
  await writeLinearityTask(file, { inputs: 3, width: 5, depth: 2, rows: 4 }, 2);
  const { model, params, x } = await readLinearityTask(file);
  expect([x.rows, x.cols]).toEqual([4, 3]);
  expect(params).toHaveLength(3 * 5 + 5 * 5 + 5);
  expect(initialize(model, 0)).toHaveLength(params.length);
  expect(params.every((value) => value !== 0)).toBe(true);
});

it('a relative difference is that of the norms', () => {
  expect(relativeDifference([3, 4], [3, 5])).toBeCloseTo(1 / Math.sqrt(34), 12);
});
