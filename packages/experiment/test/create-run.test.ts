import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isHeld, readConfig, readProgress, readStanding } from '../src/directory/index.ts';
import { type CreateRunOptions, createRun, resumeRun, startRun, writeReport } from '../src/index.ts';
import { sums } from './experiments.ts';
import { temporaryFolder } from './folders.ts';
import { fileWithoutTimes } from './without-times.ts';

const read = (directory: string, name: string) => readFileSync(join(directory, name), 'utf8');
const linesOf = (directory: string) =>
  read(directory, 'metrics.jsonl')
    .trimEnd()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
const newPlace = () => join(temporaryFolder(), 'run');
const options = (directory: string, more: Partial<CreateRunOptions> = {}): CreateRunOptions => ({
  name: 'mine/digits',
  config: { rate: 0.1, layers: [1, 2] },
  directory,
  ...more,
});

/** Four epochs of a loop that keeps its state; gives itself up before the epoch `until`. */
async function loop(directory: string, { until = 5, ...more }: Partial<CreateRunOptions> & { until?: number } = {}) {
  const run = await createRun(options(directory, more));
  run.log({ stage: 'begin' });
  const saved = await run.checkpoint().load();
  let sum = (saved?.arrays.sum as Float64Array | undefined)?.[0] ?? 0;
  for (let epoch = ((saved?.meta as number) ?? 0) + 1; epoch <= 4; epoch++) {
    if (epoch === until) {
      await run.fail(new Error('no luck'));
      return;
    }
    sum += Math.sqrt(epoch);
    run.log({ epoch, sum });
    run.progress({ done: epoch, total: 4, label: 'epochs' });
    run.table('sums', { title: 'Sums', columns: ['epoch', 'sum'], rows: [[epoch, sum]] });
    await run.artifact('sum.bin', new Uint8Array(Float64Array.of(sum).buffer));
    await run.checkpoint().save({ meta: epoch, arrays: { sum: Float64Array.of(sum) } });
  }
  await run.figure('sums', { title: 'Sums', caption: 'C', plot: (Plot) => ({ marks: [Plot.dotX([sum])] }) });
  await run.finish({ sum });
}

describe('createRun', () => {
  it('leaves a directory like those of all runs', async () => {
    const directory = newPlace();
    const metrics = { sum: { description: 'Sum of roots', x: 'epoch' } };
    await loop(directory, {
      ...{ seed: 3, title: 'Digits', description: 'Adds up.', metrics, versions: { engine: '1.2.3' } },
      ...{ settings: { rate: 'Learning rate' }, summary: { sum: 'The sum', seconds: 'Duration' } },
    });
    expect(readdirSync(directory).sort()).toEqual([
      ...['artifacts', 'checkpoints', 'config.json', 'figures', 'metrics.jsonl', 'outputs.json', 'progress.json'],
      ...['report.html', 'state.json', 'summary.json', 'timeline.jsonl'],
    ]);
    expect(await readConfig(directory)).toMatchObject({
      experiment: 'mine/digits',
      preset: 'own',
      config: { rate: 0.1, layers: [1, 2] },
      seed: 3,
      versions: { engine: '1.2.3', node: process.versions.node },
      about: {
        title: 'Digits',
        metrics,
        settings: [
          { name: 'rate', type: 'number', description: 'Learning rate' },
          { name: 'layers', type: 'list', description: '' },
        ],
      },
    });
    expect(await readStanding(directory)).toMatchObject({ status: 'done', seconds: expect.any(Number) });
    expect(await readProgress(directory)).toMatchObject({ done: 4, total: 4, label: 'epochs', secondsLeft: 0 });
    expect(JSON.parse(read(directory, 'summary.json'))).toEqual({
      sum: 1 + Math.sqrt(2) + Math.sqrt(3) + 2,
      seconds: expect.any(Number),
    });
    expect(linesOf(directory)).toHaveLength(5);
    expect(fileWithoutTimes('timeline.jsonl', read(directory, 'timeline.jsonl'))).toBe('[null]\n'.repeat(5));
    const report = read(directory, 'report.html');
    for (const part of ['Digits', 'Adds up.', 'Learning rate', 'The sum', 'id="sums"', 'artifacts/sum.bin', 'seed 3.'])
      expect(report).toContain(part);
    expect(report).not.toContain('preset');
    expect(await writeReport(directory)).toBe(join(directory, 'report.html'));
    await expect(resumeRun(directory, () => Promise.reject(new Error('it was looked for')))).resolves.toMatchObject({
      status: 'done',
    });
  });

  it('goes on where it was, and ends with the files of a run that was not interrupted', async () => {
    const whole = newPlace();
    await loop(whole);
    for (let until = 1; until <= 4; until++) {
      const directory = newPlace();
      await loop(directory, { until });
      expect(await readStanding(directory)).toMatchObject({ status: 'failed', error: 'no luck' });
      await expect(resumeRun(directory, async () => sums as never)).rejects.toThrow(
        /holds a run of a program of its own; start that again, with resume: true in its createRun \(node /,
      );
      const kept = read(directory, 'timeline.jsonl').trimEnd().split('\n');
      await loop(directory, { resume: true });
      for (const name of ['metrics.jsonl', 'summary.json', 'outputs.json', 'figures/sums.svg', 'artifacts/sum.bin'])
        expect(read(directory, name)).toBe(read(whole, name));
      // The line before `load` was made again, and then put back with the rest.
      if (until > 1) expect(read(directory, 'timeline.jsonl').split('\n').slice(0, kept.length)).toEqual(kept);
    }
  });

  it('with resume begins where there is nothing, and refuses what is another run or done', async () => {
    const directory = newPlace();
    await loop(directory, { resume: true, until: 2 });
    const refused = (more: Partial<CreateRunOptions>, message: string) =>
      expect(createRun(options(directory, more))).rejects.toThrow(message);
    await refused({}, `the directory ${directory} exists and is not empty; resume it, or choose another directory`);
    await refused({ resume: true, name: 'mine/other' }, 'holds a run of mine/digits, not of mine/other; choose');
    await refused({ resume: true, seed: 1 }, 'holds a run with seed 0, not 1; choose');
    await refused(
      { resume: true, config: { rate: 0.2, layers: [1, 2] } },
      'holds a run whose rate is 0.1, not 0.2; choose',
    );
    await refused(
      { resume: true, config: { rate: 0.1, layers: [1, 2], depth: 1 } },
      'holds a run whose depth is not set, not 1; choose',
    );
    await loop(directory, { resume: true });
    await refused({ resume: true }, `the run in ${directory} is done; read its summary.json, or choose`);
    expect(await readStanding(directory)).toMatchObject({ status: 'done' });
    const other = newPlace();
    await startRun(sums, { preset: 'smoke', directory: other });
    await expect(createRun(options(other, { resume: true }))).rejects.toThrow(
      'holds a run of the experiment test/sums, which unbraid resume goes on with; choose another directory',
    );
  });

  it('holds its directory until it ends, and nothing afterwards', async () => {
    const directory = newPlace();
    const run = await createRun(options(directory));
    expect(await readStanding(directory)).toMatchObject({ status: 'running' });
    await expect(createRun(options(directory, { resume: true }))).rejects.toThrow('is running this directory');
    await expect(run.finish({ list: [1] as never })).rejects.toThrow('the summary has "list" of type object');
    await run.finish();
    expect(await isHeld(directory)).toBe(false);
    expect(() => run.log({ a: 1 })).toThrow('experiment: log of a run that has ended');
    expect(() => run.progress({ done: 1, total: 1 })).toThrow('experiment: progress of a run that has ended');
    await expect(run.finish()).rejects.toThrow('experiment: finish of a run that has ended');
    await expect(run.checkpoint().load()).rejects.toThrow('experiment: checkpoint of a run that has ended');
    expect(existsSync(join(directory, 'lock'))).toBe(false);
  });

  it('is interrupted, not failed, by its signal', async () => {
    const directory = newPlace();
    const controller = new AbortController();
    const run = await createRun(options(directory, { signal: controller.signal }));
    controller.abort();
    const error = await run
      .checkpoint()
      .save({ meta: 1, arrays: {} })
      .catch((reason) => reason);
    expect(error).toBe(controller.signal.reason);
    await run.fail(error);
    expect(await readStanding(directory)).toMatchObject({ status: 'interrupted' });
    const again = await createRun(options(directory, { resume: true }));
    expect(await again.checkpoint().load()).toEqual({ meta: 1, arrays: {} });
    await again.finish();
  });

  it('is killed where its process ends without a word, and goes on from its checkpoint', async () => {
    const directory = newPlace();
    const program = fileURLToPath(new URL('dying-loop.js', import.meta.url));
    const child = spawn(process.execPath, [program, directory], { stdio: 'inherit' });
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    expect(await readStanding(directory)).toMatchObject({ status: 'killed' });
    expect((await readConfig(directory)).command).toMatch(/^node .*dying-loop\.js /);
    const run = await createRun({ name: 'mine/dying', directory, resume: true });
    expect(linesOf(directory)).toEqual([]);
    expect(await run.checkpoint().load()).toEqual({ meta: 'kept', arrays: {} });
    expect(linesOf(directory)).toEqual([{ epoch: 1 }]);
    await run.finish();
  });

  it.each<[Record<string, unknown>, string]>([
    [{ name: '../up' }, 'name is "../up"; a name of letters, digits, ".", "-" and "_"'],
    [{ name: 'sweep/mine' }, 'a name that does not begin like those of sweeps is needed'],
    [{ seed: -1 }, 'seed is -1; an integer of at least 0 is needed'],
    [{ config: { rate: Number.NaN } }, 'config.rate is NaN; a finite number, a text,'],
    [{ config: { layers: [1, new Date(0)] } }, 'config.layers[1] is '],
    [{ config: [] }, 'an object of settings is needed'],
    [{ metrics: { loss: { description: '' } } }, '(column "loss" has no description) is needed'],
    [{ metrics: { loss: { description: 'L', x: 'loss' } } }, '(column "loss" is drawn along itself) is needed'],
    [{ dir: 'x' }, 'has no setting "dir"; the nearest are directory'],
  ])('refuses %j', async (wrong, message) => {
    const directory = newPlace();
    await expect(createRun({ ...options(directory), ...wrong })).rejects.toThrow(message);
    expect(existsSync(directory)).toBe(false);
  });

  it('refuses a config that holds itself', async () => {
    const config: Record<string, unknown> = {};
    config.self = config;
    await expect(createRun(options(newPlace(), { config: config as never }))).rejects.toThrow('config.self');
  });

  it('fails with a line, and lets its directory go, where the end cannot be written', async () => {
    const directory = newPlace();
    const run = await createRun(options(directory));
    mkdirSync(join(directory, 'summary.json'));
    writeFileSync(join(directory, 'summary.json', 'x'), '');
    await expect(run.finish({ a: 1 })).rejects.toThrow('summary.json');
    expect(await readStanding(directory)).toMatchObject({ status: 'failed' });
  });
});

describe('track', () => {
  it('makes lines of records, and progress where it is known how many there will be', async () => {
    const directory = newPlace();
    const run = await createRun(options(directory, { config: { epochs: 3 } }));
    const listener = run.track({ also: { fold: 2 } });
    const record = { learningRate: 0.1, training: { loss: 1, accuracy: 0.5 }, validation: { loss: Number.NaN } };
    listener({ epoch: 1, ...record, setPoint: undefined, view: Float32Array.of(1), list: [1] });
    expect(await readProgress(directory)).toMatchObject({ done: 1, total: 3, label: 'epochs' });
    listener({ epoch: 2, stepsPerSecond: 10, secondsLeft: 3, seconds: 1 });
    listener({ text: 'no number', good: true });
    await run.finish();
    expect(linesOf(directory)).toEqual([
      { fold: 2, epoch: 1, learningRate: 0.1, trainingLoss: 1, trainingAccuracy: 0.5, validationLoss: 'NaN' },
      { fold: 2, epoch: 2 },
      { fold: 2, text: 'no number', good: true },
    ]);
    expect(await readProgress(directory)).toMatchObject({ done: 2, total: 3 });
  });

  it('thins out, but keeps the first and the last', async () => {
    const directory = newPlace();
    const run = await createRun(options(directory));
    const listener = run.track({ total: 25, every: 10 });
    for (let step = 1; step <= 25; step++) listener({ step });
    await run.finish();
    expect(linesOf(directory)).toEqual([{ step: 1 }, { step: 10 }, { step: 20 }, { step: 25 }]);
  });

  it('refuses what it does not know', async () => {
    const run = await createRun(options(newPlace()));
    expect(() => run.track({ every: 0 })).toThrow("experiment: track's every is 0; an integer of at least 1 is needed");
    expect(() => run.track({ each: 2 } as never)).toThrow('experiment: track has no setting "each"');
    await run.finish();
  });
});
