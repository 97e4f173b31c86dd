import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  defineExperiment,
  type Experiment,
  type RunContext,
  type RunHooks,
  resumeRun,
  startRun,
} from '../src/index.ts';
import type { UnitExecutor } from '../src/workers/executor.ts';
import { temporaryFolder } from './folders.ts';
import { fileWithoutTimes } from './without-times.ts';
import { workersHere } from './workers-here.ts';

/** Groups with a sequential unit before and between, of which units log, draw, tabulate, write and save states. */
const grouped = defineExperiment({
  name: 'test/grouped',
  title: 'Groups',
  paper: 'none',
  description: 'Squares numbers.',
  settings: z.object({ items: z.int().min(0).default(5).describe('Units of each group') }),
  presets: { smoke: {}, short: {}, full: {} },
  summary: { total: 'Sum of all' },
  async run(context) {
    const { settings, log, unit, units, eachUnit, table } = context;
    log({ stage: 'begin' });
    const base = await unit('base', async () => {
      log({ stage: 'base' });
      return Float64Array.of(3, 4);
    });
    const numbers = Array.from({ length: settings.items }, (_, i) => i);
    const squares = await units(
      numbers,
      (i) => `square ${i}`,
      async (i) => {
        log({ square: i });
        if (i === 1) table('of-a-unit', { title: 'Of a unit', columns: ['i'], rows: [[i]] });
        await context.figure(`figure-${i}`, {
          title: 'F',
          caption: 'C',
          plot: (Plot) => ({ marks: [Plot.dotX([i])] }),
        });
        await context.artifact(`file-${i}.bin`, Uint8Array.of(i));
        return base[0]! * i * i;
      },
      { label: 'squares', total: 2 * settings.items },
    );
    const sum = await unit('sum', async () => squares.reduce((a, b) => a + b, 0));
    let total = 0;
    await eachUnit(
      numbers,
      (i) => `cube ${i}`,
      async (i) => {
        const saved = await context.checkpoints.load('half');
        log({ cube: i, saved: saved !== undefined });
        await context.checkpoints.save('half', { meta: i, arrays: {} });
        context.progress({ done: 1, total: 2, detail: 'half' });
        return { cube: i ** 3 + sum };
      },
      ({ cube }, i) => {
        log({ took: i });
        total += cube;
      },
      { done: settings.items },
    );
    return { total };
  },
}) as unknown as Experiment;

async function finished(experiment: Experiment, executor?: UnitExecutor, hooks: RunHooks = {}, overrides = {}) {
  const directory = join(temporaryFolder(), 'run');
  const outcome = await startRun(experiment, { directory, hooks, overrides, ...(executor && { executor }) });
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && !/state\.json|config\.json|report\.html|checkpoints/.test(join(entry.parentPath, entry.name)),
    )
    .map((entry) => join(entry.parentPath, entry.name));
  const content = Object.fromEntries(
    files.map((file): [string, string] => [
      file.slice(directory.length),
      fileWithoutTimes(file, readFileSync(file, 'latin1')),
    ]),
  );
  return { directory, outcome, content };
}

describe('units', () => {
  it('give the files of one process wherever they are done', async () => {
    const alone = await finished(grouped);
    expect(alone.outcome).toMatchObject({ status: 'done', summary: { total: 3 * 30 * 5 + 100 } });
    const lines = alone.content['/metrics.jsonl']!;
    expect(lines.match(/"took":\d/g)).toEqual([0, 1, 2, 3, 4].map((i) => `"took":${i}`));
    expect(Object.keys(alone.content)).toContain('/artifacts/file-4.bin');
    for (const workers of [1, 3]) {
      const { content } = await finished(grouped, workersHere(workers, grouped));
      expect(content).toEqual(alone.content);
    }
  });

  it('tell progress of what is done, and of what is on its way, whoever does it', async () => {
    for (const executor of [undefined, workersHere(2, grouped)]) {
      const told: number[] = [];
      await finished(grouped, executor, { onProgress: ({ done, total }) => void told.push(done / total) });
      expect(told).toContain(0.5);
      expect(told.some((share) => (share * 20) % 2 === 1)).toBe(true);
      expect(told.at(-1)).toBe(1);
    }
  });

  it('of no items end at once', async () => {
    const { outcome } = await finished(grouped, workersHere(2, grouped), {}, { items: 0 });
    expect(outcome).toMatchObject({ status: 'done', summary: { total: 0 } });
  });

  it('may each be followed by a unit of the process that takes their values, whose lines come in between', async () => {
    const chosen: Experiment = {
      ...grouped,
      async run({ eachUnit, unit, log }) {
        let total = 0;
        const work = async (i: number) => {
          log({ tried: i });
          return i;
        };
        await eachUnit([1, 2, 3], String, work, async (value) => {
          total += await unit(`after ${value}`, async () => {
            log({ after: value });
            return 10 * value;
          });
        });
        return { total };
      },
    };
    const alone = await finished(chosen);
    expect(alone.outcome).toMatchObject({ status: 'done', summary: { total: 60 } });
    expect(alone.content['/metrics.jsonl']!.match(/\w+(?=":)/g)!.join(' ')).toBe('tried after tried after tried after');
    expect((await finished(chosen, workersHere(2, chosen))).content).toEqual(alone.content);
  });

  it('fail the run with what one of them fails of', async () => {
    const failing = (run: (context: RunContext<Record<string, unknown>>) => Promise<unknown>): Experiment => ({
      ...grouped,
      run: async (context) => {
        await run(context);
        return { total: 0 };
      },
    });
    const thrown = failing(({ units }) =>
      units([1, 2, 3], String, async (i) => (i === 2 ? Promise.reject(new Error('no 2')) : i)),
    );
    await expect(finished(thrown)).rejects.toThrow('no 2');
    await expect(finished(thrown, workersHere(2, thrown))).rejects.toThrow('no 2');
    const twice = failing(({ units }) => units([1, 1], String, async (i) => i));
    await expect(finished(twice)).rejects.toThrow('two units are called "1"');
    const nested = failing(({ unit, units }) => unit('a', () => units([1], String, async (i) => i)));
    await expect(finished(nested)).rejects.toThrow('units began inside or beside unit "a"');
  });

  it('whose values are kept elsewhere are done once, and keep no checkpoint', async () => {
    for (const executor of [undefined, workersHere(2, grouped)]) {
      const kept = new Map<number, number>();
      let works = 0;
      const stopped = new AbortController();
      const passing: Experiment = {
        ...grouped,
        async run({ eachUnit, units, signal }) {
          await eachUnit(
            [0, 1, 2, 3],
            (i) => `passed ${i}`,
            async (i) => {
              works++;
              return 10 * i;
            },
            (value, i) => {
              kept.set(i, value);
              if (i === 1) stopped.abort();
            },
            { has: (index) => kept.has(index) },
          );
          signal.throwIfAborted();
          const [after] = await units(
            [1],
            (i) => `after ${i}`,
            async (i) => i,
          );
          return { total: after! };
        },
      };
      const own = executor && workersHere(2, passing);
      const first = await finished(passing, own, { signal: stopped.signal });
      expect(first.outcome.status).toBe('interrupted');
      expect([...kept]).toEqual([
        [0, 0],
        [1, 10],
      ]);
      if (executor === undefined) expect(works).toBe(2);
      const resumed = await resumeRun(
        first.directory,
        async () => passing,
        own ? { executor: workersHere(2, passing) } : {},
      );
      expect(resumed.status).toBe('done');
      expect([...kept.values()]).toEqual([0, 10, 20, 30]);
      expect(works).toBe(4);
      const left = readdirSync(join(first.directory, 'checkpoints'));
      expect(left).toHaveLength(1);
      expect(left[0]).toContain('after_1');
    }
  });
});
