import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkExperiment, startRun } from '@unbraid/experiment';
import { describe, expect, it } from 'vitest';
import { generalize } from './generalize.ts';
import { type GeneralizeTrial, summarizeGeneralize } from './generalize-report.ts';

describe('summarizeGeneralize', () => {
  it('takes the worst ratio of all networks, and means of the largest', () => {
    const trial = (part: Partial<GeneralizeTrial>): GeneralizeTrial => ({
      ...{ samples: 20, neurons: 5, labels: 'true', repeat: 0, trainLoss: 0, testLoss: 0 },
      ...{ gap: 0, distance: 1, complexity: 1, confidence: 1, bound: 2 },
      ...part,
    });
    const summary = summarizeGeneralize([
      trial({ samples: 10, gap: 1.5 }),
      trial({ gap: 0.25 }),
      trial({ gap: 0.75, repeat: 1, bound: 4 }),
      trial({ labels: 'shuffled', gap: 0.5, bound: 5 }),
    ]);
    expect(summary).toEqual({
      worstGapOverBound: 0.75,
      gapTrueLabels: 0.5,
      gapShuffledLabels: 0.5,
      boundTrueLabels: 3,
      boundShuffledLabels: 5,
    });
  });
});

describe('galu/generalize', () => {
  it('is a well-formed experiment', () => expect(() => checkExperiment(generalize)).not.toThrow());

  it('finds gaps below the bound, and for shuffled labels a larger gap and a larger bound', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'unbraid-generalize-'));
    try {
      const overrides = { inputs: 784, samples: [100], neurons: [20], testImages: 500 };
      const run = await startRun(generalize, { preset: 'smoke', overrides, seed: 2, directory });
      if (run.status !== 'done') throw new Error('the run did not end');
      const { worstGapOverBound, ...at } = run.summary as Record<string, number>;
      expect(worstGapOverBound).toBeLessThanOrEqual(1);
      expect(at.gapTrueLabels).toBeGreaterThan(0);
      expect(at.gapShuffledLabels).toBeGreaterThan(at.gapTrueLabels! + 0.1);
      expect(at.boundShuffledLabels).toBeGreaterThan(at.boundTrueLabels!);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
