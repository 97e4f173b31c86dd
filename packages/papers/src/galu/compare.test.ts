import { checkExperiment, type Progress, resumeRun, startRun } from '@unbraid/experiment';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/folders.ts';
import { compare } from './compare.ts';
import { type CompareResult, summarizeCompare } from './compare-report.ts';

describe('summarizeCompare', () => {
  const result = (
    [network, method]: readonly [CompareResult['network'], CompareResult['method']],
    [inputs, neurons]: readonly [number, number],
    [validation, test]: readonly [number, number],
  ): CompareResult => ({ network, method, inputs, neurons, validation, test, training: 0, chosen: 1, seconds: 0 });
  const [relu, galu, exact] = [
    ['ReLU', 'Adam'],
    ['GaLU', 'Adam'],
    ['GaLU', 'exact'],
  ] as const;

  it('chooses by validation, at the largest k, and reports the test', () => {
    const summary = summarizeCompare([
      result(relu, [50, 10], [99, 90]),
      result(galu, [50, 10], [99, 86]),
      result(exact, [50, 10], [10, 99]),
      result(relu, [50, 20], [91, 92]),
      result(galu, [50, 20], [93, 90]),
      result(exact, [50, 20], [94, 91]),
    ]);
    expect(summary).toEqual({
      galuTest: 91,
      reluTest: 92,
      maxGap: 4,
      maxGapAdam: 4,
      galuAdamTest: 90,
      galuExactTest: 91,
    });
  });
});

describe('galu/compare', () => {
  const newFolder = temporaryFolders();
  const find = () => Promise.resolve(compare);
  const how = { preset: 'smoke', overrides: { inputs: [784], neurons: [40] }, seed: 1 } as const;
  const uninterrupted = newFolder().then((directory) => startRun(compare, { ...how, directory }));

  it('is a well-formed experiment', () => expect(() => checkExperiment(compare)).not.toThrow());

  it.each(['ReLU, d = 784, k = 40, Adam: epoch 2', 'CGLS, iterations tried: iteration 7'])(
    'interrupted at "%s" and resumed, ends with the summary of an uninterrupted run',
    async (moment) => {
      const whole = await uninterrupted;
      const directory = await newFolder();
      const controller = new AbortController();
      const onProgress = ({ detail }: Progress) => {
        if (detail?.includes(moment)) controller.abort();
      };
      const first = await startRun(compare, { ...how, directory, hooks: { signal: controller.signal, onProgress } });
      expect(first.status).toBe('interrupted');
      const resumed = await resumeRun(directory, find);
      if (whole.status !== 'done' || resumed.status !== 'done') throw new Error('a run did not end');
      expect(resumed.summary).toEqual(whole.summary);
      // 600 images, ten digits: chance is 10 percent.
      expect(whole.summary.galuTest).toBeGreaterThan(60);
    },
  );
});
