import { checkExperiment, type Progress, resumeRun, startRun } from '@unbraid/experiment';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/folders.ts';
import { deep } from './deep.ts';
import { chosenRate, type DeepTrial, summarizeDeep } from './deep-report.ts';

const trial = (method: DeepTrial['method'], scores: Partial<DeepTrial>): DeepTrial => ({
  ...{ data: 'mnist', method, rate: 0.1, run: 0, validation: 0, test: 0, epoch: 1, seconds: 0 },
  ...scores,
});

describe('what is reported', () => {
  it('is the rate that validation chose, whatever the test', () => {
    const tuned = [
      trial('gln', { rate: 0.1, validation: 80, test: 99 }),
      trial('gln', { rate: 0.2, validation: 90, test: 10 }),
      trial('gln', { rate: 0.3, validation: 90, test: 50 }),
      trial('denseRelu', { rate: 0.4, validation: 99 }),
    ];
    expect(chosenRate(tuned, 'mnist', 'gln')).toBe(0.2);
  });

  it('is mean and deviation of each data set apart', () => {
    const trials = [
      ...[90, 92, 94].map((test, run) => trial('convLearnt', { test, run })),
      trial('convLearnt', { data: 'fashion-mnist', test: 80 }),
    ];
    expect(summarizeDeep({ trials })).toEqual({
      convLearnt: 92,
      convLearntStd: 2,
      fashionConvLearnt: 80,
      fashionConvLearntStd: 0,
    });
  });
});

describe('galu/deep', () => {
  const newFolder = temporaryFolders();
  const overrides = {
    ...{ methods: ['denseLearnt', 'gln'], seeds: 1, widths: [12], epochs: 8, learningRates: [0.01], glnRates: [0.02] },
    ...{ trainImages: 400, validationImages: 100, testImages: 200, halfSpaces: 1 },
  };
  const how = { preset: 'smoke', overrides, seed: 1 } as const;

  it('is a well-formed experiment', () => expect(() => checkExperiment(deep)).not.toThrow());

  it('trains the network whose gates are taken too, and ends the same after an interruption', async () => {
    const whole = await startRun(deep, { ...how, directory: await newFolder() });
    if (whole.status !== 'done') throw new Error('the run did not end');
    // 300 images, ten digits: chance is 10 percent.
    for (const method of ['denseRelu', 'denseLearnt', 'gln'])
      expect([method, Number(whole.summary[method]) > 50]).toEqual([method, true]);
    const directory = await newFolder();
    const controller = new AbortController();
    const onProgress = ({ detail }: Progress) => {
      if (detail?.includes('report mnist gln')) controller.abort();
    };
    const first = await startRun(deep, { ...how, directory, hooks: { signal: controller.signal, onProgress } });
    expect(first.status).toBe('interrupted');
    const resumed = await resumeRun(directory, () => Promise.resolve(deep));
    if (resumed.status !== 'done') throw new Error('the resumed run did not end');
    expect(resumed.summary).toEqual(whole.summary);
  });
});
