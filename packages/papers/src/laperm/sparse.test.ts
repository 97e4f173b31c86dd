import { checkExperiment, type Progress, resumeRun, startRun } from '@unbraid/experiment';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/folders.ts';
import { sparse } from './sparse.ts';
import { type SparseFit, summarizeSparse } from './sparse-report.ts';

it('summarizes the mean test accuracy of each share by its name', () => {
  const fit = (rate: number, test: number) => ({ rate, test, unchanged: true }) as SparseFit;
  expect(summarizeSparse([fit(0, 98), fit(0, 97), fit(0.3, 96), { ...fit(0.9, 60), unchanged: false }])).toEqual({
    test0: 97.5,
    test30: 96,
    test90: 60,
    multisetUnchanged: false,
  });
});

describe('laperm/sparse', () => {
  const newFolder = temporaryFolders();

  it('is a well-formed experiment', () => expect(() => checkExperiment(sparse)).not.toThrow());

  it('interrupted and resumed, ends with the summary of an uninterrupted run', async () => {
    const how = { preset: 'smoke', seed: 1 } as const;
    const whole = await startRun(sparse, { ...how, directory: await newFolder() });
    const directory = await newFolder();
    const controller = new AbortController();
    const onProgress = ({ detail }: Progress) => {
      if (detail?.startsWith('p = 0.5')) controller.abort();
    };
    const first = await startRun(sparse, { ...how, directory, hooks: { signal: controller.signal, onProgress } });
    expect(first.status).toBe('interrupted');
    const resumed = await resumeRun(directory, () => Promise.resolve(sparse));
    if (whole.status !== 'done' || resumed.status !== 'done') throw new Error('a run did not end');
    const { seconds: _, ...summary } = whole.summary;
    expect(resumed.summary).toMatchObject(summary);
    expect(Object.keys(whole.summary).sort()).toEqual(Object.keys(sparse.summary).sort());
    expect(summary.multisetUnchanged).toBe(true);
  });
});
