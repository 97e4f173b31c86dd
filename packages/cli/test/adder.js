import { defineExperiment } from '@unbraid/experiment';
import { z } from 'zod';

/** Adds terms up, one every `pause` ms, and fails or does not hear a signal where it is told to. */
export const adder = defineExperiment({
  name: 'test/adder',
  title: 'Adder',
  paper: 'arXiv 0000.00000',
  description: 'Adds terms up.',
  settings: z.object({
    terms: z.int().min(1).default(5).describe('How many terms'),
    pause: z.number().min(0).default(0).describe('Pause before each term, ms'),
    scales: z.array(z.number()).default([1, 2]).describe('Factors'),
    leak: z.boolean().default(false).describe('Whether a timer goes on for ever'),
    mode: z.enum(['works', 'fails', 'deaf']).default('works').describe('What happens at the end'),
  }),
  presets: { smoke: { terms: 2 }, short: {}, full: { terms: 100 } },
  summary: { total: 'Sum of all terms', mode: 'The setting mode' },
  async run({ settings, seed, log, progress, unit, table }) {
    let total = seed;
    if (settings.leak) setInterval(() => undefined, 1000);
    for (let i = 0; i < settings.terms; i++) {
      total += await unit(`term ${i}`, async () => {
        await new Promise((resolve) => setTimeout(resolve, settings.pause));
        log({ i });
        return i * settings.scales.reduce((a, b) => a + b, 0);
      });
      progress({ done: i + 1, total: settings.terms, label: 'terms' });
    }
    if (settings.mode === 'fails') throw new Error('the adder failed\nwith details on a second line');
    while (settings.mode === 'deaf') await new Promise((resolve) => setTimeout(resolve, 1000));
    table('main', { title: 'Terms', columns: ['scale', 'count'], rows: settings.scales.map((scale) => [scale, 1]) });
    return { total, mode: settings.mode };
  },
});
