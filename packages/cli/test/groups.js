import { defineExperiment } from '@unbraid/experiment';
import { z } from 'zod';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Two groups of independent units, with sequential ones before and between, which put out everything that a run can; unit 3 of the first goes wrong as it is told to. */
export const groups = defineExperiment({
  name: 'test/groups',
  title: 'Groups',
  paper: 'none',
  description: 'Squares numbers step by step.',
  settings: z.object({
    items: z.int().min(0).default(8).describe('Units of each group'),
    steps: z.int().min(1).default(4).describe('Steps of a unit, each of which saves its state'),
    pause: z.number().min(0).default(0).describe('Of a step, ms'),
    slow: z.number().min(0).default(0).describe('Pause in unit 1 of the first group, ms'),
    three: z.enum(['works', 'throws', 'refuses', 'exits', 'blocks', 'warns']).default('works').describe('Of unit 3'),
  }),
  presets: { smoke: {}, short: {}, full: {} },
  summary: { total: 'Sum of all', workers: 'Processes that did units of the first group' },
  async run(context) {
    const { settings, seed, log, unit, units, eachUnit, checkpoints } = context;
    log({ stage: 'begin' });
    const base = await unit('base', async () => Float64Array.of(seed + 1));
    const numbers = Array.from({ length: settings.items }, (_, i) => i);
    async function stepwise(i) {
      const saved = await checkpoints.load('steps');
      for (let step = saved?.meta ?? 0; step < settings.steps; step++) {
        await pause(settings.pause);
        log({ i, step });
        context.progress({ done: step + 1, total: settings.steps });
        await checkpoints.save('steps', { meta: step + 1, arrays: {} });
      }
    }
    const squares = await units(
      numbers,
      (i) => `square ${i}`,
      async (i) => {
        if (i === 3) await goWrong(settings.three);
        if (i === 1) await pause(settings.slow);
        await stepwise(i);
        await context.figure(`figure-${i}`, {
          title: 'F',
          caption: 'C',
          plot: (Plot) => ({ marks: [Plot.dotX([i])] }),
        });
        await context.artifact(`file-${i}.bin`, Uint8Array.of(i));
        context.table(`table-${i}`, { title: 'T', columns: ['i'], rows: [[i]] });
        return { square: base[0] * i * i, pid: process.pid };
      },
      { label: 'squares', total: 2 * settings.items },
    );
    const sum = await unit('sum', async () => squares.reduce((a, { square }) => a + square, 0));
    let total = 0;
    await eachUnit(
      numbers,
      (i) => `cube ${i}`,
      async (i) => {
        await stepwise(i);
        return { cube: i ** 3 + sum };
      },
      ({ cube }, i) => {
        log({ took: i });
        total += cube;
      },
      { done: settings.items },
    );
    return { total, workers: new Set(squares.map(({ pid }) => pid)).size };
  },
});

async function goWrong(how) {
  if (how === 'throws') throw new Error('no 3\nand here is why');
  if (how === 'refuses') {
    const { UsageError } = await import('@unbraid/experiment');
    throw new UsageError('experiment: there are no data of 3');
  }
  if (how === 'exits') {
    process.stderr.write('native code: cannot go on\n');
    process.exit(7);
  }
  if (how === 'blocks') {
    const end = Date.now() + 60_000;
    while (Date.now() < end);
  }
  if (how === 'warns') process.emitWarning('3 is odd', { type: 'UnbraidWarning' });
}
