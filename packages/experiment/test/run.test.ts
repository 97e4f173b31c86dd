import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '@unbraid/checks/node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Experiment, type RunHooks, type RunOutcome, resumeRun, startRun, type WriteFile } from '../src/index.ts';
import { readProgress } from '../src/run/progress-file.ts';
import { timelineEntry } from '../src/run/timeline.ts';
import { sums } from './experiments.ts';
import { temporaryFolder } from './folders.ts';
import { fileWithoutTimes } from './without-times.ts';

const find = async () => sums as Experiment;
const read = (directory: string, name: string) => readFileSync(join(directory, name), 'utf8');
const readJson = (directory: string, name: string) => JSON.parse(read(directory, name));

/** Aborts when the run has made `count` progress reports. */
function interruptAfter(count: number): RunHooks {
  const controller = new AbortController();
  let left = count;
  return {
    signal: controller.signal,
    onProgress: () => {
      if (--left === 0) controller.abort();
    },
  };
}

/** Writes `count` files, then none, as if the machine died. */
function dyingAfter(count: number): WriteFile {
  let left = count;
  return async (path, content) => {
    if (left === 0) throw new Error('the machine died');
    left--;
    await writeFileAtomic(path, content);
  };
}

describe('startRun', () => {
  it('leaves a directory that holds everything about the run', async () => {
    const directory = join(temporaryFolder(), 'a', 'b');
    const versions = { 'onnxruntime-node': '1.2.3' };
    const outcome = await startRun(sums, { preset: 'smoke', seed: 7, directory, command: 'unbraid run …', versions });

    expect(outcome).toMatchObject({ status: 'done', directory, table: { columns: ['unit', 'sum'] } });
    expect(readdirSync(directory).sort()).toEqual([
      'checkpoints',
      'config.json',
      'figures',
      'metrics.jsonl',
      'outputs.json',
      'progress.json',
      'report.html',
      'state.json',
      'summary.json',
      'timeline.jsonl',
    ]);
    expect(readJson(directory, 'config.json')).toMatchObject({
      experiment: 'test/sums',
      preset: 'smoke',
      config: { units: 3, steps: 4, saves: true },
      seed: 7,
      command: 'unbraid run …',
      versions: { node: process.versions.node, unbraid: expect.any(String), 'onnxruntime-node': '1.2.3' },
      machine: { cores: expect.any(Number) },
    });
    const expected =
      3 * (7 / 3) + [0, 1, 2].flatMap((i) => [0, 1, 2, 3].map((s) => Math.sqrt(i + s))).reduce((a, b) => a + b);
    expect(readJson(directory, 'summary.json').total).toBeCloseTo(expected, 12);
    expect(read(directory, 'metrics.jsonl').trimEnd().split('\n')).toHaveLength(1 + 3 * (1 + 4 + 1));
    expect(read(directory, 'figures/sums.svg')).toMatch(/^<svg /);
    expect(read(directory, 'report.html')).toContain('The same numbers again, on the same processor (');
  });

  it('says how far it has come, and at its end that it is done', async () => {
    const directory = join(temporaryFolder(), 'run');
    const seen: unknown[] = [];
    const hooks = { onProgress: async () => seen.push(await readProgress(directory)) };
    await startRun(sums, { preset: 'smoke', directory, hooks });
    expect(seen[0]).toEqual({
      done: 1,
      total: 12,
      label: 'terms',
      seconds: expect.any(Number),
      at: expect.any(String),
    });
    expect(await readProgress(directory)).toMatchObject({ done: 12, total: 12, label: 'terms', secondsLeft: 0 });
    expect(readdirSync(directory).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('goes on where progress and times cannot be written', async () => {
    const [directory, other] = [join(temporaryFolder(), 'run'), join(temporaryFolder(), 'run')];
    const notes: string[] = [];
    const onStart = (path: string) => {
      mkdirSync(join(path, 'progress.json'));
      mkdirSync(join(path, 'timeline.jsonl'));
    };
    const hooks = { onStart, onNote: (note: string) => notes.push(note) };
    await expect(startRun(sums, { preset: 'smoke', directory, hooks })).resolves.toMatchObject({ status: 'done' });
    expect(notes).toEqual([expect.stringMatching(/timeline\.jsonl.*goes on without times of its lines/)]);
    await startRun(sums, { preset: 'smoke', directory: other });
    expect(read(directory, 'metrics.jsonl')).toBe(read(other, 'metrics.jsonl'));
  });

  it('fills in the key seconds that the summary explains and the experiment leaves out', async () => {
    const directory = join(temporaryFolder(), 'run');
    const outcome = await startRun(sums, { preset: 'smoke', directory });
    expect(outcome).toMatchObject({ status: 'done', seconds: expect.any(Number) });
    expect(readJson(directory, 'summary.json').seconds).toBeGreaterThan(0);
  });

  it('touches nothing in a directory that is not empty', async () => {
    const directory = temporaryFolder();
    writeFileSync(join(directory, 'thesis.tex'), 'precious');
    await expect(startRun(sums, { directory })).rejects.toThrow(/exists and is not empty; choose another directory$/);
    expect(readdirSync(directory)).toEqual(['thesis.tex']);
  });

  it('says that a directory with a run can be resumed, and that a file is no directory', async () => {
    const directory = join(temporaryFolder(), 'run');
    await startRun(sums, { preset: 'smoke', directory });
    await expect(startRun(sums, { directory })).rejects.toThrow(/not empty; resume it, or choose another directory/);
    const file = join(directory, 'config.json');
    await expect(startRun(sums, { directory: file })).rejects.toThrow(`${file} is a file; choose another directory`);
    await expect(startRun(sums, { directory: join(file, 'x') })).rejects.toThrow(/ENOTDIR|is a file/);
  });

  it('writes nothing for settings and seeds that are wrong', async () => {
    const directory = join(temporaryFolder(), 'run');
    await expect(startRun(sums, { directory, overrides: { unit: 3 } })).rejects.toThrow(
      'test/sums: there is no setting "unit"; choose units, steps or saves',
    );
    await expect(startRun(sums, { directory, overrides: { units: 0 } })).rejects.toThrow(
      /setting units .* from 0: .*>=1/,
    );
    await expect(startRun(sums, { directory, seed: -1 })).rejects.toThrow('the seed is -1');
    await expect(startRun(sums, { directory, seed: 0.5 })).rejects.toThrow('the seed is 0.5');
    expect(existsSync(directory)).toBe(false);
  });

  it('takes its folders away when the disk is full from the beginning', async () => {
    const parent = temporaryFolder();
    const writeFile = async () => Promise.reject(new Error('data: cannot write config.json: the disk is full'));
    await expect(startRun(sums, { directory: join(parent, 'a', 'run'), writeFile })).rejects.toThrow('disk is full');
    expect(readdirSync(parent)).toEqual([]);
  });

  it('lets one run at a time into a directory', async () => {
    const directory = join(temporaryFolder(), 'run');
    const attempts = [1, 2, 3].map((seed) => startRun(sums, { preset: 'smoke', directory, seed }));
    const results = await Promise.allSettled(attempts);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  it('records why a run failed', async () => {
    const directory = join(temporaryFolder(), 'run');
    const failing: Experiment = { ...(sums as Experiment), run: () => Promise.reject(new Error('galu: no luck')) };
    await expect(startRun(failing, { directory })).rejects.toThrow('galu: no luck');
    expect(readJson(directory, 'state.json')).toMatchObject({ status: 'failed', error: 'galu: no luck' });
  });

  it('refuses a summary that it cannot explain', async () => {
    const failing: Experiment = { ...(sums as Experiment), run: async () => ({ total: 1, mystery: 2 }) };
    await expect(startRun(failing, { directory: join(temporaryFolder(), 'run') })).rejects.toThrow(
      'test/sums returned mystery, which its summary does not explain',
    );
  });
});

describe('resumeRun', () => {
  const whole = async (overrides: Record<string, unknown>) => {
    const directory = join(temporaryFolder(), 'whole');
    await startRun(sums, { preset: 'smoke', seed: 5, directory, overrides });
    return directory;
  };

  /** All but times is the same. */
  const expectSame = (directory: string, expected: string) => {
    expect(read(directory, 'metrics.jsonl')).toBe(read(expected, 'metrics.jsonl'));
    const [a, b] = [directory, expected].map((run) => ({ ...readJson(run, 'summary.json'), seconds: 0 }));
    expect(a).toEqual(b);
    expect(read(directory, 'outputs.json')).toBe(read(expected, 'outputs.json'));
    const [units, expectedUnits] = [directory, expected].map((run) =>
      fileWithoutTimes('timeline.jsonl', read(run, 'timeline.jsonl')),
    );
    expect(units).toBe(expectedUnits);
    expect(readdirSync(join(directory, 'checkpoints')).sort()).toEqual(
      readdirSync(join(expected, 'checkpoints')).sort(),
    );
  };

  it.each([true, false])('ends like an uninterrupted run wherever it was interrupted, saves = %s', async (saves) => {
    const overrides = { saves };
    const expected = await whole(overrides);
    for (let after = 1; after <= 12; after++) {
      const directory = join(temporaryFolder(), 'run');
      const options = { preset: 'smoke', seed: 5, directory, overrides } as const;
      const first = await startRun(sums, { ...options, hooks: interruptAfter(after) });
      expect(first.status).toBe('interrupted');
      expect(readJson(directory, 'state.json').status).toBe('interrupted');
      expect((await resumeRun(directory, find)).status).toBe('done');
      expectSame(directory, expected);
    }
  });

  it('ends like an uninterrupted run after any sequence of interruptions and deaths', async () => {
    const expected = await whole({});
    const mishap = fc.record({ dies: fc.boolean(), after: fc.integer({ min: 1, max: 9 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(mishap, { minLength: 1, maxLength: 4 }), async (mishaps) => {
        const directory = join(temporaryFolder(), 'run');
        for (const [i, { dies, after }] of mishaps.entries()) {
          // The first writes are config.json and state.json, without which there is nothing to resume.
          const how = dies ? { writeFile: dyingAfter(after + 1) } : { hooks: interruptAfter(after) };
          const session =
            i === 0 ? startRun(sums, { preset: 'smoke', seed: 5, directory, ...how }) : resumeRun(directory, find, how);
          await session.catch((error) => expect(error.message).toBe('the machine died'));
        }
        await resumeRun(directory, find);
        expectSame(directory, expected);
      }),
      { numRuns: 25 },
    );
  });

  it('drops what a killed process left half written', async () => {
    const expected = await whole({});
    const directory = join(temporaryFolder(), 'run');
    await startRun(sums, { preset: 'smoke', seed: 5, directory, hooks: interruptAfter(6) });
    writeFileSync(join(directory, 'metrics.jsonl'), '{"unit":1,"ste', { flag: 'a' });
    writeFileSync(join(directory, '.summary.json.123.tmp'), '{');
    writeFileSync(join(directory, 'checkpoints', '.unit-x.safetensors.123.tmp'), '{');
    writeFileSync(
      join(directory, 'lock'),
      JSON.stringify({ pid: 2 ** 22 + 1, host: (await import('node:os')).hostname(), began: 1 }),
    );
    await resumeRun(directory, find);
    expectSame(directory, expected);
    expect(readdirSync(directory).filter((name) => name.startsWith('.') || name.startsWith('lock'))).toEqual([]);
  });

  it('waits for a process that is at it, and reads what that one ended with', async () => {
    const directory = join(temporaryFolder(), 'run');
    await startRun(sums, { preset: 'smoke', seed: 5, directory, hooks: interruptAfter(6) });
    let second: Promise<RunOutcome> | undefined;
    const notes: string[] = [];
    const onNote = (note: string) => void notes.push(note);
    const onStart = () => {
      second = resumeRun(directory, find, { wait: true, hooks: { onNote } });
    };
    const first = await resumeRun(directory, find, { hooks: { onStart } });
    expect(first.status).toBe('done');
    expect(await second).toEqual(first);
    expect(notes).toEqual([expect.stringContaining(`Waiting: process ${process.pid} on `)]);
  });

  it('can be interrupted while it waits', async () => {
    const directory = join(temporaryFolder(), 'run');
    await startRun(sums, { preset: 'smoke', seed: 5, directory, hooks: interruptAfter(6) });
    const lock = JSON.stringify({ pid: 1, host: 'elsewhere' });
    writeFileSync(join(directory, 'lock'), lock);
    const controller = new AbortController();
    const hooks = { signal: controller.signal, onNote: () => controller.abort() };
    expect(await resumeRun(directory, find, { wait: true, hooks })).toMatchObject({ status: 'interrupted', directory });
    expect(readFileSync(join(directory, 'lock'), 'utf8')).toBe(lock);
  });

  it('reads the results of a finished run without running it again', async () => {
    const directory = await whole({});
    const outcome = await resumeRun(directory, () => Promise.reject(new Error('it ran')));
    expect(outcome).toMatchObject({
      status: 'done',
      summary: readJson(directory, 'summary.json'),
      table: { name: 'sums' },
    });
  });

  it('adds up the time of all sessions', async () => {
    const directory = join(temporaryFolder(), 'run');
    await startRun(sums, { preset: 'smoke', directory, hooks: interruptAfter(2) });
    const state = readJson(directory, 'state.json');
    writeFileSync(join(directory, 'state.json'), JSON.stringify({ ...state, seconds: 1000 }));
    expect((await resumeRun(directory, find)).seconds).toBeGreaterThan(1000);
  });

  it("keeps the times of its units' lines, also where their checkpoints are copied elsewhere", async () => {
    const directory = join(temporaryFolder(), 'run');
    await startRun(sums, { preset: 'smoke', directory, hooks: interruptAfter(6) });
    const [lines, before] = ['metrics.jsonl', 'timeline.jsonl'].map((name) =>
      read(directory, name).trimEnd().split('\n'),
    );
    expect(before).toHaveLength(lines!.length);
    const state = readJson(directory, 'state.json');
    writeFileSync(join(directory, 'state.json'), JSON.stringify({ ...state, seconds: 1000 }));
    await resumeRun(directory, find);
    const after = read(directory, 'timeline.jsonl').trimEnd().split('\n');
    expect(after).toHaveLength(read(directory, 'metrics.jsonl').trimEnd().split('\n').length);
    const isOfUnit = (line: string) => !line.endsWith('null]');
    expect(before!.filter(isOfUnit)).toHaveLength(1 + 4 + 1 + 2);
    expect(after.slice(0, before!.length).filter(isOfUnit)).toEqual(before!.filter(isOfUnit));
    for (const line of after.slice(before!.length)) expect(timelineEntry(line)!.seconds).toBeGreaterThanOrEqual(1000);
  });

  it('says so where there is no run, a damaged one, or one whose settings are gone', async () => {
    const directory = temporaryFolder();
    await expect(resumeRun(directory, find)).rejects.toThrow(
      `${directory} is not a run directory: it has no config.json`,
    );
    await expect(resumeRun(join(directory, 'nowhere'), find)).rejects.toThrow('is not a run directory');
    writeFileSync(join(directory, 'config.json'), '{"experiment":');
    await expect(resumeRun(directory, find)).rejects.toThrow(/config\.json is damaged or from another version/);

    const run = join(directory, 'run');
    await startRun(sums, { preset: 'smoke', directory: run, hooks: interruptAfter(2) });
    const { units: _, ...shape } = sums.settings.shape;
    const changed = { ...sums, settings: z.object(shape) } as unknown as Experiment;
    await expect(resumeRun(run, async () => changed)).rejects.toThrow(
      /are not those of test\/sums any more .*units.*; start a new run/,
    );
  });

  it('does not go into a directory where a run is going on', async () => {
    const directory = join(temporaryFolder(), 'run');
    const started = startRun(sums, { preset: 'smoke', directory });
    while (!existsSync(join(directory, 'state.json'))) await new Promise((resolve) => setTimeout(resolve, 1));
    await expect(resumeRun(directory, find)).rejects.toThrow(`process ${process.pid}`);
    await started;
  });

  it('notes that versions changed', async () => {
    const directory = join(temporaryFolder(), 'run');
    await startRun(sums, { preset: 'smoke', directory, versions: { engine: '1' }, hooks: interruptAfter(2) });
    const notes: string[] = [];
    await resumeRun(directory, find, { versions: { engine: '2' }, hooks: { onNote: (note) => notes.push(note) } });
    expect(notes).toEqual([expect.stringContaining('(engine 1 → 2)')]);
    const { environments } = readJson(directory, 'state.json');
    expect(environments.map(({ versions }: { versions: { engine: string } }) => versions.engine)).toEqual(['1', '2']);
    const report = read(directory, 'report.html');
    expect(report).toContain('so no single machine gives its numbers again');
    expect(report).not.toContain('The same numbers again');
  });

  it('ends with one clear line when checkpoints cannot be written, and resumes when they can', async () => {
    const expected = await whole({});
    const directory = join(temporaryFolder(), 'run');
    await expect(startRun(sums, { preset: 'smoke', seed: 5, directory, writeFile: dyingAfter(4) })).rejects.toThrow(
      'the machine died',
    );
    mkdirSync(join(directory, 'figures'), { recursive: true });
    await resumeRun(directory, find);
    expectSame(directory, expected);
  });
});
