import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkExperiment, type Progress, resumeRun, startRun } from '@unbraid/experiment';
import { afterAll, describe, expect, it } from 'vitest';
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
  const folders: string[] = [];
  const newFolder = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'unbraid-laperm-sparse-'));
    folders.push(folder);
    return folder;
  };
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

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
