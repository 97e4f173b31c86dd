import { z } from 'zod';
import { defineExperiment, type State } from '../src/index.ts';

/** Sums of 1, 2, … in units that each go through saved steps; logs at every place where a line can stand. */
export const sums = defineExperiment({
  name: 'test/sums',
  title: 'Sums',
  paper: 'none',
  description: 'Adds numbers up.',
  settings: z.object({
    units: z.int().min(1).default(3).describe('How many sums'),
    steps: z.int().min(1).default(4).describe('Terms of a sum'),
    saves: z.boolean().default(true).describe('Whether every step is saved'),
  }),
  presets: { smoke: {}, short: { units: 5 }, full: { units: 10, steps: 10 } },
  summary: { total: 'Sum of all sums', worst: 'The largest sum', seconds: 'Duration of the run' },
  async run({ settings, seed, signal, log, progress, unit, checkpoints, figure, table }) {
    log({ stage: 'begin', seed });
    const sums: number[] = [];
    for (let i = 0; i < settings.units; i++) {
      const { values } = await unit(`sum ${i}`, async () => {
        log({ unit: i, stage: 'unit' });
        const saved: State | undefined = await checkpoints.load('steps');
        const values = Float64Array.from((saved?.arrays.values as Float64Array) ?? new Float64Array(settings.steps));
        for (let step = (saved?.meta as number) ?? 0; step < settings.steps; step++) {
          signal.throwIfAborted();
          values[step] = (values[step - 1] ?? seed / 3) + Math.sqrt(i + step);
          log({ unit: i, step, value: values[step]! });
          progress({ done: i * settings.steps + step + 1, total: settings.units * settings.steps, label: 'terms' });
          if (settings.saves) await checkpoints.save('steps', { meta: step + 1, arrays: { values } });
        }
        return { values };
      });
      sums.push(values.at(-1)!);
      log({ stage: 'between', unit: i, sum: sums[i]! });
    }
    await figure('sums', {
      title: 'Sums',
      caption: 'The sum of every unit.',
      plot: (Plot) => ({
        x: { label: 'unit' },
        y: { label: 'sum' },
        marks: [Plot.lineY(sums, { marker: true })],
      }),
    });
    table('sums', { title: 'Sums', columns: ['unit', 'sum'], rows: sums.map((sum, i) => [i, sum]) });
    return { total: sums.reduce((a, b) => a + b), worst: Math.max(...sums) };
  },
});
