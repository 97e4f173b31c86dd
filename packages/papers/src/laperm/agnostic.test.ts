import { checkExperiment, type Progress, resumeRun, startRun } from '@unbraid/experiment';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/folders.ts';
import { agnostic } from './agnostic.ts';
import type { AgnosticTrial } from './agnostic-fit.ts';
import { summarizeAgnostic } from './agnostic-report.ts';

describe('summarizeAgnostic', () => {
  const trial = (network: 'F1' | 'F2', settings: 'published' | 'best', validation: number, test: number) =>
    ({ network, settings, validation, test, values: 2, unchanged: true, bits: 1.01234 }) as AgnosticTrial;

  it('gives means, deviations, the best and the one chosen by validation', () => {
    const trials = [
      trial('F1', 'best', 84, 83),
      trial('F1', 'best', 83, 85),
      trial('F2', 'best', 70, 71),
      trial('F1', 'published', 80, 79),
      trial('F2', 'published', 50, 51),
    ];
    const point = (factor: number, accuracy: number) =>
      ({ network: 'F2', settings: 'best', factor, value: factor, accuracy, loss: 1 }) as const;
    expect(summarizeAgnostic({ trials, sweep: [point(-1, 10), point(1, 70), point(2, 70.5)] })).toEqual({
      f1Mean: 84,
      f1Deviation: 1.41,
      f1Best: 85,
      f1Chosen: 83,
      f2Mean: 71,
      f2Deviation: 0,
      f2Best: 71,
      f2Chosen: 71,
      f1PublishedMean: 79,
      f1PublishedDeviation: 0,
      f1PublishedBest: 79,
      f2PublishedMean: 51,
      f2PublishedDeviation: 0,
      f2PublishedBest: 51,
      f1Values: 2,
      f2Values: 2,
      bitsPerWeight: 1.012,
      multisetUnchanged: true,
      valueSpread: 0.5,
    });
  });
});

describe('laperm/agnostic', () => {
  const newFolder = temporaryFolders();
  const find = () => Promise.resolve(agnostic);
  const how = { preset: 'smoke', overrides: { publishedSeeds: 1, seeds: 1 }, seed: 1 } as const;
  const uninterrupted = newFolder().then((directory) => startRun(agnostic, { ...how, directory }));

  it('is a well-formed experiment', () => expect(() => checkExperiment(agnostic)).not.toThrow());

  it('explains every key of its summary and trains networks of two values that differ from chance', async () => {
    const run = await uninterrupted;
    if (run.status !== 'done') throw new Error('the run did not end');
    expect(Object.keys(agnostic.summary).sort()).toEqual(Object.keys(run.summary).sort());
    expect(run.summary).toMatchObject({ f1Values: 2, f2Values: 2, multisetUnchanged: true });
    expect(run.summary.f1Mean).toBeGreaterThan(40);
    expect(run.summary.bitsPerWeight).toBeLessThan(1.1);
  });

  it('interrupted and resumed, ends with the summary of an uninterrupted run', async () => {
    const whole = await uninterrupted;
    const directory = await newFolder();
    const controller = new AbortController();
    const onProgress = ({ detail }: Progress) => {
      if (detail?.startsWith('F1, best settings')) controller.abort();
    };
    const first = await startRun(agnostic, { ...how, directory, hooks: { signal: controller.signal, onProgress } });
    expect(first.status).toBe('interrupted');
    const resumed = await resumeRun(directory, find);
    if (whole.status !== 'done' || resumed.status !== 'done') throw new Error('a run did not end');
    expect(resumed.summary).toEqual(whole.summary);
  });
});
