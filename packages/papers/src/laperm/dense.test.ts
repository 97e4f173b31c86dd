import { checkExperiment, type Progress, resumeRun, startRun } from '@unbraid/experiment';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/folders.ts';
import { dense } from './dense.ts';
import { type DenseResults, summarizeDense } from './dense-report.ts';

describe('summarizeDense', () => {
  const fit = (validation: number, test: number) => ({
    params: new Float32Array(1),
    epoch: 3,
    validation,
    test,
    seconds: 2,
    curve: [],
  });
  const results: DenseResults = {
    name: 'mlp',
    byAdam: [
      { learningRate: 0.001, ...fit(97, 99) },
      { learningRate: 0.002, ...fit(98, 97.5) },
    ],
    byLaperm: [
      { period: 10, ...fit(96, 98) },
      { period: 100, ...fit(97, 97.25) },
    ],
    permutations: [
      { unchanged: true, bits: 8, moved: 50 },
      { unchanged: true, bits: 9.126, moved: 60 },
    ],
  };

  it('chooses the period, and the learning rate of Adam, by validation, not by test images', () => {
    expect(summarizeDense(results)).toEqual({
      lapermTest: 97.25,
      adamTest: 97.5,
      adamLearningRate: 0.002,
      gap: 0.25,
      period: 100,
      epoch: 3,
      multisetUnchanged: true,
      bitsPerWeight: 9.13,
      movedPercent: 60,
      lapermSeconds: 2,
      adamSeconds: 2,
    });
  });

  it('tells when any fit has changed its values, and does without Adam', () => {
    const permutations = [{ unchanged: false, bits: Number.NaN, moved: Number.NaN }, results.permutations[1]!];
    const summary = summarizeDense({ ...results, byAdam: [], permutations });
    expect(summary).toMatchObject({ multisetUnchanged: false, adamTest: Number.NaN, gap: Number.NaN });
  });
});

describe('laperm/dense', () => {
  const newFolder = temporaryFolders();
  const find = () => Promise.resolve(dense);
  const timed = ['seconds', 'lapermSeconds', 'adamSeconds'];
  const untimed = (summary: object) => Object.entries(summary).filter(([key]) => !timed.includes(key));

  it('is a well-formed experiment', () => expect(() => checkExperiment(dense)).not.toThrow());

  it.each([
    ['mlp', 'LaPerm, k = 10: epoch 1', {}],
    [
      'conv7',
      'LaPerm, k = 4: epoch 1',
      { trainImages: 500, testImages: 100, validationImages: 50, periods: [4], adam: false },
    ],
  ])(
    'with %s, interrupted within a fit and resumed, ends with the numbers of an uninterrupted run',
    async (model, moment, sizes) => {
      const overrides = { model, ...sizes };
      const how = { preset: 'smoke', overrides, seed: 1 } as const;
      const whole = await startRun(dense, { ...how, directory: await newFolder() });
      const directory = await newFolder();
      const controller = new AbortController();
      const onProgress = ({ detail }: Progress) => {
        if (detail?.startsWith(moment)) controller.abort();
      };
      const first = await startRun(dense, { ...how, directory, hooks: { signal: controller.signal, onProgress } });
      expect(first.status).toBe('interrupted');
      const resumed = await resumeRun(directory, find);
      if (whole.status !== 'done' || resumed.status !== 'done') throw new Error('a run did not end');
      expect(untimed(resumed.summary)).toEqual(untimed(whole.summary));
      expect(Object.keys(whole.summary).sort()).toEqual(Object.keys(dense.summary).sort());
      expect(whole.summary.multisetUnchanged).toBe(true);
    },
  );
});
