import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type GaluData, meanSquaredError, readGaluTask, writeGaluTask } from './galu.ts';

const array = (...values: number[]) => Float32Array.from(values);

// One input (1, 2), two neurons: the first gate is on (u·x = 1), the second off (u·x = -2).
const data: GaluData = {
  samples: 1,
  dimension: 2,
  gates: 2,
  x: array(1, 2),
  y: array(1),
  u: array(1, 0, 0, -1),
  alpha: array(1, -1),
};

describe('the mean squared error', () => {
  it('of a GaLU network counts the neurons whose gate vector says so', () => {
    // w·x is 3 and 5; only the first counts: N = 3, error (3 - 1)².
    expect(meanSquaredError(data, 'GaLU', [1, 1, 1, 2])).toBe(4);
  });

  it('of a ReLU network counts the neurons whose own output is not negative', () => {
    // w·x is -3 and 5; only the second counts: N = -5, error (-5 - 1)².
    expect(meanSquaredError(data, 'ReLU', [-1, -1, 1, 2])).toBe(36);
  });

  it('of zero weights is the mean square of the labels', () => {
    expect(meanSquaredError(data, 'GaLU', [0, 0, 0, 0])).toBe(1);
  });
});

it('a task reads back with its sizes, signs for labels and output weights of norm 1', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'unbraid-bench-')), 'task.safetensors');
  await writeGaluTask(file, { samples: 30, dimension: 4, gates: 6 }, 3);
  const task = await readGaluTask(file);
  expect(task).toMatchObject({ samples: 30, dimension: 4, gates: 6 });
  expect([task.x.length, task.u.length]).toEqual([120, 24]);
  expect(new Set(task.y.map(Math.abs))).toEqual(new Set([1]));
  expect(task.alpha.reduce((sum, value) => sum + value ** 2, 0)).toBeCloseTo(1, 6);
});
