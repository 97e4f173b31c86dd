import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkExperiment, type Experiment, startRun } from '@unbraid/experiment';
import { afterAll, expect, test } from 'vitest';
import { hessian } from './hessian.ts';
import { experiments } from './index.ts';
import { kernel } from './kernel.ts';
import { path } from './path.ts';
import { regime } from './regime.ts';
import { spectrum } from './spectrum.ts';

const folder = mkdtemp(join(tmpdir(), 'unbraid-linearity-'));
afterAll(async () => rm(await folder, { recursive: true }));

async function smoke(experiment: Experiment): Promise<Record<string, number>> {
  const directory = join(await folder, experiment.name);
  const run = await startRun(experiment, { preset: 'smoke', seed: 1, directory });
  if (run.status !== 'done') throw new Error(`the run ended as ${run.status}`);
  return run.summary as Record<string, number>;
}

test('every experiment explains itself', () => {
  for (const experiment of experiments) expect(() => checkExperiment(experiment)).not.toThrow();
});

test('the Hessian falls with the width where the output is linear, and the gradient does not', async () => {
  const summary = await smoke(hessian);
  expect(summary.slopeLinear).toBeLessThan(-0.3);
  expect(summary.slopeNonlinear).toBeGreaterThan(summary.slopeLinear! + 0.15);
  expect(summary.slopeBottleneck).toBeGreaterThan(summary.slopeLinear! + 0.15);
  expect(Math.abs(summary.gradientSlopeLinear!)).toBeLessThan(0.15);
  expect(summary.unconverged).toBe(0);
  expect(summary.largestBound).toBeLessThanOrEqual(0.01);
});

test('all kinds of networks reach the loss, and the kernel of linear outputs moves less with the width', async () => {
  const summary = await smoke(kernel);
  for (const key of ['lossLinear', 'lossNonlinear', 'lossBottleneck']) expect(summary[key]).toBeLessThanOrEqual(0.01);
  expect(summary.unreached).toBe(0);
  expect(summary.changeSlopeLinear).toBeLessThan(-0.3);
  expect(summary.ballSlopeLinear).toBeLessThan(-0.3);
  expect(summary.changeSlopeNonlinear).toBeGreaterThan(-0.3);
});

test('wide networks with a linear output stay with their tangent model', async () => {
  const summary = await smoke(path);
  expect(summary.distanceSlopeLinear).toBeLessThan(-0.3);
  expect(summary.distanceLinear).toBeLessThan(summary.distanceBottleneck!);
});

test('finite kernels approach the infinite one, which is the GaLU kernel for a fixed output layer', async () => {
  const summary = await smoke(spectrum);
  for (const key of ['slopeRelu', 'slopeErf']) {
    expect(summary[key]).toBeGreaterThan(-0.8);
    expect(summary[key]).toBeLessThan(-0.3);
  }
  expect(summary.smallestRelu).toBeGreaterThan(0);
  expect(summary.galuDifference).toBeLessThan(1e-6);
});

test('large outputs train lazily and small ones learn features that point at the targets', async () => {
  const summary = await smoke(regime);
  expect(summary.scaleSlope).toBeLessThan(-0.5);
  expect(summary.changeSmallestScale).toBeGreaterThan(summary.changeLargestScale!);
  expect(summary.alignmentGainSmallestScale).toBeGreaterThan(0);
  expect(summary.untrained).toBe(0);
});
