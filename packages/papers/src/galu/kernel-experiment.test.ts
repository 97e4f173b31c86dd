import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkExperiment, startRun } from '@unbraid/experiment';
import { afterAll, expect, test } from 'vitest';
import { kernel } from './kernel.ts';
import { summarizeKernel } from './kernel-report.ts';

const folder = mkdtemp(join(tmpdir(), 'unbraid-kernel-'));
afterAll(async () => rm(await folder, { recursive: true }));

test('the slope is that of a power law', () => {
  const trials = [1, 10, 100].flatMap((neurons) =>
    [0, 1].map((repeat) => ({ neurons, repeat, difference: 2 * neurons ** -0.75, testError: repeat })),
  );
  const { slope, differenceLargest, finiteTestError, infiniteTestError } = summarizeKernel(trials, 3);
  expect(slope).toBeCloseTo(-0.75, 12);
  expect(differenceLargest).toBeCloseTo(2 * 100 ** -0.75, 12);
  expect([finiteTestError, infiniteTestError]).toEqual([0.5, 3]);
});

test('finite kernels approach the infinite one as 1/√k, and read digits as well', async () => {
  expect(() => checkExperiment(kernel)).not.toThrow();
  const run = await startRun(kernel, { preset: 'smoke', seed: 1, directory: await folder });
  if (run.status !== 'done') throw new Error(`the run ended as ${run.status}`);
  const { slope, differenceLargest, finiteTestError, infiniteTestError } = run.summary as Record<string, number>;
  expect(slope).toBeGreaterThan(-0.6);
  expect(slope).toBeLessThan(-0.4);
  expect(differenceLargest).toBeLessThan(0.1);
  // 200 images, ten digits: chance misreads 90 percent.
  expect(infiniteTestError).toBeLessThan(40);
  expect(Math.abs(finiteTestError! - infiniteTestError!)).toBeLessThan(5);
});
