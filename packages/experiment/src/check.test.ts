import { expect, it } from 'vitest';
import { z } from 'zod';
import { checkExperiment } from './check.ts';
import type { Experiment } from './experiment.ts';

const good: Experiment = {
  name: 'test/check',
  title: 'Check',
  paper: 'none',
  description: 'None.',
  settings: z.object({ k: z.int().default(1).describe('Neurons') }),
  presets: { smoke: { k: 2 }, short: {}, full: {} },
  summary: { loss: 'Last loss' },
  run: async () => ({ loss: 1 }),
};

it('accepts an experiment that is complete', () => {
  expect(() => checkExperiment(good)).not.toThrow();
});

it('names everything that is wrong', () => {
  const bad: Experiment = {
    ...good,
    name: 'Check',
    settings: z.object({ k: z.int().describe('Neurons'), d: z.int().default(1) }),
    presets: { smoke: { k: 1, m: 3 }, short: { k: 0.5 }, full: { k: 1 } },
    summary: { loss: ' ' },
  };
  let message = '';
  try {
    checkExperiment(bad);
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message.split('; ')).toEqual([
    'experiment: Check: the name is not of the form system/experiment',
    'setting k has no default',
    'setting d has no description',
    'preset smoke: Check: there is no setting "m"',
    'choose k or d',
    expect.stringMatching(/^preset short: Check: setting k cannot come from 0\.5/),
    'summary key loss has no explanation',
  ]);
});
