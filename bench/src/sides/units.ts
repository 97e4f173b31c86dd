import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineExperiment, type Experiment, startRun } from '@unbraid/experiment';
import { localWorkers, serveWorker } from '@unbraid/experiment/workers';
import { z } from 'zod';
import type { UnitsOutcome, UnitsTask } from '../tasks/units.ts';

/** A run of many units as a process of its own, given a task as JSON; its workers are processes of the same program, without one. */
const [, program = fileURLToPath(import.meta.url), text] = process.argv;

const sines = defineExperiment({
  name: 'bench/sines',
  title: 'Sines',
  paper: 'none',
  description: 'Adds up sines.',
  settings: z.object({
    units: z.int().min(1).default(1).describe('Independent units'),
    sines: z.int().min(1).default(1).describe('Sines of a unit'),
  }),
  presets: { smoke: {}, short: {}, full: {} },
  summary: { total: 'Sum of all', rate: 'Units a second', processorMilliseconds: 'Of this process, for a unit' },
  async run({ settings, eachUnit, log }) {
    let total = 0;
    let began: { readonly time: number; readonly used: number } | undefined;
    const used = () => (process.cpuUsage().user + process.cpuUsage().system) / 1000;
    await eachUnit(
      Array.from({ length: settings.units }, (_, i) => i),
      (i) => `sum ${i}`,
      async (i) => {
        let sum = 0;
        for (let j = 0; j < settings.sines; j++) sum += Math.sin(i + j);
        return sum;
      },
      (sum, i) => {
        began ??= { time: performance.now(), used: used() };
        log({ i, sum });
        total += sum;
      },
    );
    const { time, used: before } = began!;
    const rest = settings.units - 1;
    return {
      total,
      rate: (rest / (performance.now() - time)) * 1000,
      processorMilliseconds: (used() - before) / rest,
    };
  },
});

if (text === undefined) await serveWorker({ find: async () => sines as unknown as Experiment });
else console.log(JSON.stringify(await runOf(JSON.parse(text))));

async function runOf({ units, sines: ofUnit, workers }: UnitsTask): Promise<UnitsOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'unbraid-units-'));
  const began = performance.now();
  try {
    const outcome = await startRun(sines as unknown as Experiment, {
      directory: join(folder, 'run'),
      overrides: { units, sines: ofUnit },
      ...(workers > 0 && { executor: localWorkers({ module: program, workers }) }),
    });
    const { total, rate, processorMilliseconds } = (outcome as typeof outcome & { summary: UnitsOutcome }).summary;
    const seconds = (performance.now() - began) / 1000;
    return { seconds, rate, processorMilliseconds, peakMegabytes: process.resourceUsage().maxRSS / 1024, total };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
