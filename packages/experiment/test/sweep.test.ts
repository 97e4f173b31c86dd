import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '@unbraid/checks/node';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineExperiment, type Experiment, type RunHooks, resumeRun, startRun } from '../src/index.ts';
import {
  checkSweep,
  isSweep,
  readSweep,
  type SweepSettings,
  spaceOf,
  sweepExperiment,
  trialsFromCsv,
} from '../src/sweep/index.ts';
import { temporaryFolder } from './folders.ts';
import { withoutTimes } from './without-times.ts';
import { workersHere } from './workers-here.ts';

/** What the experiment did in this process: works of units, by name. */
let works: string[] = [];

/** A bowl with its bottom at x = 3, that comes to it in epochs; with units of both kinds, states, figures, and ways to fail. */
const bowl = defineExperiment({
  name: 'test/bowl',
  title: 'Bowl',
  paper: 'none',
  description: 'Comes to the bottom of a bowl.',
  settings: z.object({
    x: z.number().min(-100).max(100).default(0).describe('Where it is'),
    sizes: z.array(z.int().min(1)).default([2]).describe('Sizes of its parts'),
    epochs: z.int().min(1).default(3).describe('Steps'),
    fails: z.enum(['never', 'always', 'odd', 'nan']).default('never').describe('When it fails'),
  }),
  presets: { smoke: { epochs: 2 }, short: {}, full: {} },
  summary: { depth: 'How deep it came', parts: 'Sum of its parts', kind: 'A word', seconds: 'Duration' },
  async run(context) {
    const { settings, seed, log, unit, units, checkpoints, figure, table, progress } = context;
    const { x, sizes, epochs, fails } = settings;
    log({ stage: 'begin', seed });
    const parts = await units(
      sizes,
      (size) => `part ${size}`,
      async (size) => {
        works.push(`part ${size}`);
        log({ size });
        return Float64Array.of(size, Number.NaN);
      },
      { label: 'parts', total: sizes.length + 1 },
    );
    if (fails === 'always' || (fails === 'odd' && seed % 2 === 1)) throw new Error(`x = ${x} is odd`);
    const { depth } = await unit('descent', async () => {
      const saved = await checkpoints.load('epoch');
      let depth = (saved?.arrays.depth as Float64Array | undefined)?.[0] ?? 0;
      for (let epoch = (saved?.meta as number | undefined) ?? 0; epoch < epochs; epoch++) {
        works.push(`epoch ${epoch}`);
        depth = -((x - 3) ** 2) - seed / 10 - (epochs - 1 - epoch);
        log({ epoch, depth });
        progress({ done: epoch + 1, total: epochs, detail: `epoch ${epoch}` });
        await checkpoints.save('epoch', { meta: epoch + 1, arrays: { depth: Float64Array.of(depth) } });
      }
      return { depth };
    });
    await figure('f', { title: 'F', caption: 'C', plot: { marks: [] } });
    table('t', { title: 'T', columns: ['x'], rows: [[x]] });
    log({ stage: 'end' });
    return {
      depth: fails === 'nan' && x > 3 ? Number.NaN : depth,
      parts: parts.reduce((a, b) => a + b[0]!, 0),
      kind: 'k',
    };
  },
}) as unknown as Experiment;

const sweep = sweepExperiment(bowl);

const settingsOf = (set: Record<string, unknown>, more: Partial<SweepSettings> = {}): SweepSettings =>
  checkSweep(bowl, { preset: 'smoke', space: spaceOf(bowl, 'smoke', set), ...more });

interface Run {
  readonly hooks?: RunHooks;
  readonly workers?: number;
  readonly seed?: number;
}

async function swept(settings: SweepSettings, { hooks = {}, workers, seed = 0 }: Run = {}) {
  const directory = join(temporaryFolder(), 'run');
  const executor = workers === undefined ? undefined : workersHere(workers, sweep);
  const outcome = await startRun(sweep, {
    directory,
    preset: 'smoke',
    overrides: settings,
    seed,
    hooks,
    ...(executor && { executor }),
  });
  return { directory, outcome };
}

const summaryOf = (outcome: Awaited<ReturnType<typeof startRun>>) =>
  outcome.status === 'done' ? outcome.summary : undefined;

/** Everything that must be the same wherever and however often a sweep is done. */
async function numbersOf(directory: string) {
  const { figures, tables } = JSON.parse(readFileSync(join(directory, 'outputs.json'), 'utf8'));
  return withoutTimes({
    metrics: readFileSync(join(directory, 'metrics.jsonl'), 'utf8'),
    outputs: { figures, tables },
    results: await readSweep(directory),
    drawings: readdirSync(join(directory, 'figures')).map((name) => [
      name,
      readFileSync(join(directory, 'figures', name), 'utf8'),
    ]),
  });
}

describe('a sweep', () => {
  it('tries a grid, each configuration with each seed, and finds the best', async () => {
    const settings = settingsOf({ x: '1,3,7', sizes: '[1,2],4' }, { seeds: [0, 1], metric: 'depth' });
    const { directory, outcome } = await swept(settings);
    expect(summaryOf(outcome)).toMatchObject({
      trials: 12,
      configurations: 6,
      failed: 0,
      best: -0.05,
      bestConfiguration: 3,
    });
    const { trials, configurations, best } = await readSweep(directory);
    expect(trials[0]).toMatchObject({
      trial: 1,
      settings: { x: 1, sizes: [1, 2] },
      seed: 0,
      status: 'done',
      summary: { depth: -4, parts: 3, kind: 'k' },
    });
    expect(configurations[2]).toMatchObject({ mean: { depth: -0.05, parts: 3 }, done: 2, score: -0.05 });
    expect(configurations[2]!.deviation.depth).toBeCloseTo(0.1 / Math.SQRT2, 12);
    expect(best).toMatchObject({
      trial: 5,
      words: ['run', 'test/bowl', '--preset', 'smoke', '--seed', '0', '--set', 'x=3', '--set', 'sizes=[1,2]'],
    });
    expect(isSweep(outcome.config.experiment)).toBe(true);
  });

  it("logs trials' lines with their numbers and settings, and leaves out their figures unless asked for", async () => {
    const { directory } = await swept(settingsOf({ x: '1,3', sizes: '[1,2]' }, { seeds: [5] }));
    const lines = readFileSync(join(directory, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.slice(0, 4)).toEqual([
      // What the experiment itself calls a seed is kept beside the trial's.
      { trial: 1, seed: 5, x: 1, sizes: '[1,2]', stage: 'begin', 'own.seed': 5 },
      { trial: 1, seed: 5, x: 1, sizes: '[1,2]', size: 1 },
      { trial: 1, seed: 5, x: 1, sizes: '[1,2]', size: 2 },
      { trial: 1, seed: 5, x: 1, sizes: '[1,2]', epoch: 0, depth: -5.5 },
    ]);
    expect(existsSync(join(directory, 'figures', 'trial-1-f.svg'))).toBe(false);
    const { directory: kept } = await swept(settingsOf({ x: '1,3' }, { outputs: true }));
    expect(existsSync(join(kept, 'figures', 'trial-2-f.svg'))).toBe(true);
    expect(readFileSync(join(kept, 'outputs.json'), 'utf8')).toContain('"title": "Trial 2: T"');
  });

  it('draws what trials log along what is logged, whichever settings vary', () => {
    const metrics = { depth: { description: 'How deep it is', x: 'x', by: ['seed', 'size'] } };
    const { metrics: own } = sweepExperiment({ ...bowl, metrics }, { space: settingsOf({ x: '1,3' }).space });
    expect(own).toEqual({
      depth: { description: 'How deep it is', x: 'own.x', by: ['trial', 'own.seed', 'size'] },
    });
  });

  it.each([
    ['grid', {}],
    ['random', { method: 'random', trials: 12 }],
    ['tpe', { method: 'tpe', trials: 40, startup: 4, metric: 'depth', round: 3 }],
    [
      'tpe with pruning',
      {
        method: 'tpe',
        trials: 40,
        startup: 4,
        metric: 'depth',
        prune: { key: 'depth', goal: 'max', warmup: 0, startup: 3 },
      },
    ],
  ] as const)('comes to the same numbers by any number of workers: %s', async (name, more) => {
    const x = name === 'grid' ? '1,2,5' : '-10..10';
    const settings = settingsOf({ x, sizes: '1,2', fails: 'never,odd' }, {
      seeds: [0, 1],
      ...more,
    } as Partial<SweepSettings>);
    const alone = await numbersOf((await swept(settings, { seed: 3 })).directory);
    for (const workers of [1, 3]) {
      expect(await numbersOf((await swept(settings, { seed: 3, workers })).directory)).toEqual(alone);
    }
  });

  it('goes on within a trial, and ends with the numbers of an uninterrupted one', async () => {
    const settings = settingsOf(
      { x: '-10..10', epochs: '3' },
      { method: 'tpe', trials: 12, startup: 4, metric: 'depth' },
    );
    works = [];
    const whole = await numbersOf((await swept(settings)).directory);
    const all = works.length;
    for (const stopAt of [1, 2, 3, 7, 25]) {
      works = [];
      const controller = new AbortController();
      let told = 0;
      const hooks = { signal: controller.signal, onProgress: () => void (++told === stopAt * 3 && controller.abort()) };
      const { directory, outcome } = await swept(settings, { hooks });
      expect(outcome.status).toBe('interrupted');
      const again = await resumeRun(directory, async () => sweep);
      expect(again.status).toBe('done');
      expect(await numbersOf(directory)).toEqual(whole);
      // Not even an epoch is done twice.
      expect(works.length).toBe(all);
      expect(readdirSync(join(directory, 'checkpoints')).filter((name) => name.startsWith('state'))).toEqual([]);
    }
  });

  it('draws the same configurations at random whatever their number', async () => {
    const of = async (trials: number) => {
      const { directory } = await swept(settingsOf({ x: '-10..10', epochs: '1..5' }, { method: 'random', trials }));
      return (await readSweep(directory)).configurations.map(({ settings }) => settings);
    };
    const [few, many] = [await of(3), await of(8)];
    expect(many.slice(0, 3)).toEqual(few);
    expect(new Set(many.map((each) => JSON.stringify(each))).size).toBe(8);
  });

  it('tries no configuration twice, and all of a small space', async () => {
    const { directory } = await swept(settingsOf({ epochs: '1..5', x: '1,2' }, { method: 'random', trials: 10 }));
    const { configurations } = await readSweep(directory);
    expect(new Set(configurations.map(({ settings }) => JSON.stringify(settings))).size).toBe(10);
  });
});

describe('a unit of a trial', () => {
  it('gives a value free of the buffers that it came from', async () => {
    const buffers = sweepExperiment(
      defineExperiment({
        name: 'test/buffers',
        title: 'Buffers',
        paper: 'none',
        description: 'Writes over what its unit gave.',
        settings: z.object({ x: z.int().default(0).describe('What it gives') }),
        presets: { smoke: {}, short: {}, full: {} },
        summary: { first: 'What came back', second: 'The same of other memory' },
        async run({ settings: { x }, unit }) {
          const [buffer, numbers] = [Buffer.of(x), Float64Array.of(x)];
          const value = await unit('all', async () => ({ buffer, numbers }));
          buffer.fill(0);
          numbers.fill(0);
          return { first: value.buffer[0]!, second: value.numbers[0]! };
        },
      }) as unknown as Experiment,
    );
    const directory = join(temporaryFolder(), 'run');
    const overrides = { space: spaceOf(bowl, 'smoke', { x: '5,7' }), metric: 'first', goal: 'max' };
    await startRun(buffers, { directory, preset: 'smoke', overrides });
    const { trials } = await readSweep(directory);
    expect(trials.map(({ summary: { first, second } }) => [first, second])).toEqual([
      [5, 5],
      [7, 7],
    ]);
  });
});

describe('trials that fail', () => {
  it('are counted and told, and the sweep goes on; what failed or is NaN is not chosen', async () => {
    const settings = settingsOf({ x: '3,4', fails: 'odd,nan' }, { seeds: [0, 1], metric: 'depth' });
    const { directory, outcome } = await swept(settings);
    // x = 3 fails for the odd seed, x = 4 is NaN.
    expect(summaryOf(outcome)).toMatchObject({ failed: 2, bestConfiguration: 2 });
    const { trials, configurations } = await readSweep(directory);
    expect(trials[1]).toMatchObject({ status: 'failed', error: 'x = 3 is odd', summary: {} });
    expect(configurations.map(({ score }) => score)).toEqual([null, -0.05, null, null]);
    expect(trials.at(-1)!.summary.depth).toBe('NaN');
    expect(readFileSync(join(directory, 'outputs.json'), 'utf8')).toContain('x = 3 is odd');
  });

  it('are none where the disk is at fault: the sweep fails, and goes on later', async () => {
    const settings = settingsOf({ x: '1,2' }, { metric: 'depth' });
    const directory = join(temporaryFolder(), 'run');
    let states = 0;
    const writeFile: typeof writeFileAtomic = async (path, content) => {
      if (path.includes('state-') && ++states === 3) throw new Error('no space left on device');
      await writeFileAtomic(path, content);
    };
    const options = { directory, preset: 'smoke', overrides: settings, writeFile } as const;
    await expect(startRun(sweep, options)).rejects.toThrow('no space left on device');
    const outcome = await resumeRun(directory, async () => sweep);
    expect(summaryOf(outcome)).toMatchObject({ trials: 2, failed: 0, best: -1 });
  });

  it('are an error where all do', async () => {
    const settings = settingsOf({ fails: 'always', x: '1,2' });
    await expect(swept(settings)).rejects.toThrow(
      'all 2 trials of test/bowl failed, the first (fails=always, x=1, seed=0) of: x = 1 is odd',
    );
  });
});

describe('pruning', () => {
  it('stops trials whose best is behind the median of those that are done, and chooses none of them', async () => {
    const settings = settingsOf(
      { x: '3,3.5,2.5,9,10,3.1', epochs: '4' },
      { metric: 'depth', round: 3, prune: { key: 'depth', goal: 'max', warmup: 1, startup: 3 } },
    );
    const { directory, outcome } = await swept(settings);
    const { trials } = await readSweep(directory);
    expect(trials.map(({ status }) => status)).toEqual(['done', 'done', 'done', 'pruned', 'pruned', 'done']);
    expect(summaryOf(outcome)).toMatchObject({ pruned: 2, bestConfiguration: 1 });
    const lines = readFileSync(join(directory, 'metrics.jsonl'), 'utf8').split('\n');
    // Stopped at the second step, after the one of the warm-up.
    expect(lines.filter((line) => line.includes('"x":9') && line.includes('"epoch"')).length).toBe(2);
  });
});

describe('given trials', () => {
  it('are not done again, and come first', async () => {
    const grid = settingsOf({ x: '1,3,5', sizes: '2' }, { seeds: [0, 1], metric: 'depth' });
    const { directory } = await swept(grid);
    const csv = readFileSync(join(directory, 'artifacts', 'trials.csv'), 'utf8');
    const { given, leftOut } = trialsFromCsv(bowl, grid.space, csv);
    expect([given.length, leftOut]).toEqual([6, 0]);
    expect(given[0]).toMatchObject({ settings: { x: 1 }, seed: 0, summary: { depth: -4, parts: 2, kind: 'k' } });

    const turned = given.map((each) => ({
      ...each,
      settings: Object.fromEntries(Object.entries(each.settings).reverse()),
    }));
    works = [];
    const more = settingsOf({ x: '1,3,5,7', sizes: '2' }, { seeds: [0, 1], metric: 'depth', given: turned });
    const wider = await swept(more);
    expect(works.filter((work) => work === 'epoch 0').length).toBe(2);
    const { trials } = await readSweep(wider.directory);
    expect(trials.map(({ status }) => status)).toEqual([...Array(6).fill('given'), 'done', 'done']);

    const range = settingsOf({ x: '-10..10', sizes: '2' }, { method: 'random', trials: 8, seeds: [0, 1], given });
    const random = await readSweep((await swept(range)).directory);
    expect(random.trials.slice(0, 6).map(({ settings }) => settings.x)).toEqual([1, 1, 3, 3, 5, 5]);
    expect(random.trials.slice(6).map(({ status }) => status)).toEqual(['done', 'done']);
  });

  it('are refused where they are not of this sweep', () => {
    const { space } = settingsOf({ x: '1,3', sizes: '[1,2],3' });
    const read = (text: string) => trialsFromCsv(bowl, space, text);
    expect(read('x,sizes,seed,result.depth\n1,"[1,2]",0,NaN\n').given).toEqual([
      { settings: { x: 1, sizes: [1, 2] }, seed: 0, summary: { depth: 'NaN' } },
    ]);
    expect(() => read('x,seed\n1,0\n')).toThrow('there is no column "sizes"; choose');
    expect(() => read('x,sizes,seed\n2,[3],0\n')).toThrow('row 1: x is "2", which the space doesn\'t hold');
    expect(() => read('x,sizes,seed,result.deep\n')).toThrow('there is no result "deep"; choose depth');
    expect(() => read('x,sizes,seed\n1,[3],a\n')).toThrow('row 1: the seed is "a"');
    expect(() => read('x,sizes,seed\n1,[3]\n')).toThrow('row 1 has 2 cells for 3 columns');
    expect(() => read('x,"sizes,seed\n')).toThrow("can't be read");
    expect(read('x,sizes,seed,status\n1,[3],0,failed\n')).toEqual({ given: [], leftOut: 1 });
    const given = [{ settings: { x: 1 }, seed: 0, summary: { depth: 1 } }];
    const check = (more: Partial<SweepSettings>) => () => settingsOf({ x: '1,3' }, { given, ...more });
    expect(check({ seeds: [1] })).toThrow("given trial 1: its seed is 0; the sweep's are 1");
    expect(check({ given: [...given, ...given] })).toThrow('given trial 2: it is there twice');
    expect(check({ metric: 'parts' })).toThrow('given trial 1: it has no parts');
  });
});

describe('checkSweep', () => {
  it.each<[Record<string, unknown>, Partial<SweepSettings>, string]>([
    [{ x: '0..1' }, {}, 'a grid of it has no end: give its values (x=0.1,0.2), or --trials'],
    [{ x: '0..1' }, { method: 'random' }, '--method random needs --trials'],
    [{ x: '0..1' }, { method: 'tpe', trials: 4 }, 'tpe needs a metric to learn from: --metric, one of depth, parts'],
    [{ x: '1,2' }, { metric: 'deep' }, 'there is no result "deep"; choose depth'],
    [{ x: '1,2' }, { trials: 3 }, 'a grid is tried whole, in 2 trials'],
    [{ x: '0..1' }, { method: 'random', trials: 5, seeds: [1, 2] }, "5 trials can't be shared by 2 seeds; give 4 or 6"],
    [{ x: '1,2' }, { method: 'random', trials: 5 }, 'the space has 2 configurations, 5 trials with 1 seed want 5'],
    [{ epochs: '1..1000000' }, {}, 'this is 1000000 trials; a sweep has 100000 at most'],
    [{ x: '1,2' }, { seeds: [3, 3] }, 'seed 3 is given twice'],
  ])('refuses %j with %j', (set, more, message) => {
    expect(() => settingsOf(set, more)).toThrow(message);
  });

  it('refuses a space that is not of the experiment', () => {
    const list = { kind: 'integer', from: 1, to: 3, step: 1, log: false, list: false } as const;
    expect(() => checkSweep(bowl, { space: { sizes: list } })).toThrow(
      'the range of sizes gives integers; the setting is something else',
    );
    expect(() => checkSweep(bowl, { space: { size: list } })).toThrow('there is no setting "size"; choose sizes');
  });
});
