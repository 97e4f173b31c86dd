import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRun } from '@unbraid/experiment';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memorize } from './memorize.ts';
import { summarizeMemorize } from './memorize-report.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'memorize-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('GaLU memorizes Gaussian samples just above one weight a sample, and not below', async () => {
  const outcome = await startRun(memorize, {
    preset: 'smoke',
    overrides: { samples: [300], ratios: [0.8, 0.9, 1.2, 1.4], trials: 2, reluSteps: 50 },
    directory: join(folder, 'run'),
    command: 'test',
    versions: {},
  });
  if (outcome.status !== 'done') throw new Error('the run was interrupted');
  expect(outcome.summary.transitionGaluGaussian).toBeGreaterThan(0.9);
  expect(outcome.summary.transitionGaluGaussian).toBeLessThan(1.2);
});

test('the summary takes the worst transition of large samples only', () => {
  const point = { network: 'GaLU', data: 'Gaussian', d: 10, k: 1, trials: 1 } as const;
  const curve = (m: number, at: number) => [
    { ...point, m, c: at - 0.1, rate: 0 },
    { ...point, m, c: at + 0.1, rate: 1 },
  ];
  const summary = summarizeMemorize([...curve(500, 2), ...curve(1000, 1.1), ...curve(4000, 1.05)]);
  expect(summary.transitionGaluGaussian).toBeCloseTo(1.1, 12);
  expect(summary.smallestTransitionGaluGaussian).toBeCloseTo(1.05, 12);
});
