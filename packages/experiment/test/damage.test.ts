import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  defineExperiment,
  type Experiment,
  type RunHooks,
  resumeRun,
  type State,
  startRun,
  writeReport,
} from '../src/index.ts';
import { temporaryFolder } from './folders.ts';

const UNITS = 4;

/** Logs, draws and tabulates in its units and around them, saves states inside them, and keeps the best one of each. */
const walk = defineExperiment({
  name: 'test/walk',
  title: 'Walk',
  paper: 'none',
  description: 'Walks.',
  settings: z.object({ steps: z.int().default(3).describe('Steps of a unit') }),
  presets: { smoke: {}, short: {}, full: {} },
  summary: { total: 'Sum of all ends' },
  async run({ settings, seed, signal, log, progress, unit, checkpoints, figure, table, artifact }) {
    let total = 0;
    log({ begin: seed });
    for (let i = 0; i < UNITS; i++) {
      const { end } = await unit(`walk ${i}`, async () => {
        const last: State | undefined = (await checkpoints.load('last')) ?? (await checkpoints.load('best'));
        let at = (last?.arrays.at as Float64Array | undefined)?.[0] ?? seed + i / 3;
        for (let step = (last?.meta as number) ?? 0; step < settings.steps; step++) {
          signal.throwIfAborted();
          at = Math.sin(100 * at) * 3;
          log({ unit: i, step, at });
          progress({ done: i * settings.steps + step + 1, total: UNITS * settings.steps });
          const state = { meta: step + 1, arrays: { at: Float64Array.of(at) } };
          if (step === 0) await checkpoints.save('best', state);
          await checkpoints.save('last', state);
        }
        const best = await checkpoints.load('best');
        log({
          unit: i,
          best: (best?.arrays.at as Float64Array | undefined)?.[0] ?? Math.sin(100 * (seed + i / 3)) * 3,
        });
        table(`walk-${i}`, { title: `Walk ${i}`, columns: ['end'], rows: [[at]] });
        void artifact(`end-${i}.bin`, new Uint8Array(Float64Array.of(at).buffer));
        if (i === 0) void figure('first', { title: `Ends at ${at}`, caption: '<', plot: { marks: [] } });
        return { end: at, path: Float64Array.of(at, -0, Number.NaN) };
      });
      total += end;
      log({ between: i, total });
    }
    table('total', { title: 'Total', columns: ['total'], rows: [[total]] });
    await artifact('total.bin', new Uint8Array(Float64Array.of(total).buffer));
    return { total };
  },
}) as Experiment;

const find = async () => walk;

function interruptAfter(count: number): RunHooks {
  const controller = new AbortController();
  let left = count;
  return { signal: controller.signal, onProgress: () => --left === 0 && controller.abort() };
}

/** All that a run leaves, times apart. */
function results(directory: string): Record<string, string> {
  const names = [
    'metrics.jsonl',
    'summary.json',
    'outputs.json',
    ...filesIn(directory, 'figures'),
    ...filesIn(directory, 'artifacts'),
  ];
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name), 'latin1')]));
}
const filesIn = (directory: string, folder: string) =>
  readdirSync(join(directory, folder)).map((name) => `${folder}/${name}`);

const checkpointsOf = (directory: string) =>
  readdirSync(join(directory, 'checkpoints'))
    .sort()
    .map((name) => join(directory, 'checkpoints', name));

async function interrupted(after: number, seed = 5): Promise<string> {
  const directory = join(temporaryFolder(), 'run');
  await startRun(walk, { directory, seed, hooks: interruptAfter(after) });
  return directory;
}

/** Resumes to the end; gives the notes. */
async function resumed(directory: string): Promise<string[]> {
  const notes: string[] = [];
  const outcome = await resumeRun(directory, find, { hooks: { onNote: (note) => notes.push(note) } });
  expect(outcome.status).toBe('done');
  return notes;
}

let whole: Record<string, string>;
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'unbraid-experiment-'));
  const directory = join(folder, 'whole');
  await startRun(walk, { directory, seed: 5 });
  whole = results(directory);
  rmSync(folder, { recursive: true });
});

interface Harm {
  readonly what: 'delete' | 'empty' | 'truncate' | 'flip' | 'copy';
  /** Which file, and over which it is copied: counted round. */
  readonly file: number;
  readonly to: number;
  /** Where in the file. */
  readonly share: number;
  readonly bit: number;
}

function harm(directory: string, { what, file, to, share, bit }: Harm): void {
  mkdirSync(join(directory, 'artifacts'), { recursive: true });
  const others = ['metrics.jsonl', 'outputs.json', 'artifacts/end-0.bin'].map((name) => join(directory, name));
  const files = [...checkpointsOf(directory), ...others];
  const path = files[file % files.length]!;
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const at = Math.floor(share * bytes.length);
  if (what === 'delete') rmSync(path, { force: true });
  else if (what === 'empty') writeFileSync(path, '');
  else if (what === 'truncate') writeFileSync(path, bytes.subarray(0, at));
  else if (what === 'copy') writeFileSync(files[to % files.length]!, bytes);
  else if (bytes.length > 0) writeFileSync(path, bytes.fill(bytes[at]! ^ (1 << bit), at, at + 1));
}

const anyHarm: fc.Arbitrary<Harm> = fc.record({
  what: fc.constantFrom('delete', 'empty', 'truncate', 'flip', 'copy'),
  file: fc.nat(20),
  to: fc.nat(20),
  share: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  bit: fc.nat(7),
});

describe('a run whose files were harmed while it was interrupted', () => {
  it('ends like an uninterrupted one, whatever was deleted, cut, flipped or copied over another', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 * UNITS }),
        fc.array(anyHarm, { minLength: 1, maxLength: 6 }),
        async (after, harms) => {
          const directory = await interrupted(after);
          for (const one of harms) harm(directory, one);
          await resumed(directory);
          expect(results(directory)).toEqual(whole);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('ends like an uninterrupted one without any one of its checkpoints, and when it is resumed a second time', async () => {
    const count = checkpointsOf(await interrupted(3 * UNITS - 1)).length;
    expect(count).toBeGreaterThan(UNITS - 1);
    for (let i = 0; i < count; i++) {
      const directory = await interrupted(3 * UNITS - 1);
      rmSync(checkpointsOf(directory)[i]!);
      const again = await resumeRun(directory, find, { hooks: interruptAfter(2) });
      if (again.status === 'interrupted') await resumed(directory);
      expect(results(directory)).toEqual(whole);
    }
  });

  it("never takes one unit's value for another's, and says which file it did not use", async () => {
    const directory = await interrupted(3 * UNITS - 1);
    const [first, second] = checkpointsOf(directory).filter((path) => path.includes('unit-'));
    copyFileSync(first!, second!);
    const notes = await resumed(directory);
    expect(notes).toEqual([
      `${second} is not used, and its part computed again: it holds the unit "walk 0", not the unit "walk 1"`,
    ]);
    expect(results(directory)).toEqual(whole);
  });

  it('uses no checkpoint of another run, of the same experiment and settings or not', async () => {
    for (const seed of [5, 6]) {
      const [directory, other] = [await interrupted(7), await interrupted(7, seed)];
      for (const [i, path] of checkpointsOf(directory).entries()) copyFileSync(checkpointsOf(other)[i]!, path);
      const notes = await resumed(directory);
      expect(notes[0]).toMatch(/unit-walk_0.* is not used, .*: it comes from another run$/);
      expect(results(directory)).toEqual(whole);
    }
  });
});

describe('a run that is done', () => {
  it.each(['summary.json', 'outputs.json', 'state.json'])('has %s made again from its checkpoints', async (name) => {
    const directory = join(temporaryFolder(), 'run');
    await startRun(walk, { directory, seed: 5 });
    const path = join(directory, name);
    writeFileSync(path, '{');
    await expect(resumeRun(directory, find)).rejects.toThrow(
      `${path} is damaged or from another version; delete it and resume the run, which writes it again`,
    );
    rmSync(path);
    expect(await resumed(directory)).toEqual([]);
    expect(results(directory)).toEqual(whole);
  });
});

describe('an artifact of a run that is done', () => {
  it.each<[string, (path: string) => void]>([
    ['is gone', (path) => rmSync(path)],
    ['was changed', (path) => writeFileSync(path, 'x')],
  ])('is made again where it %s', async (_, change) => {
    const directory = join(temporaryFolder(), 'run');
    await startRun(walk, { directory, seed: 5 });
    change(join(directory, 'artifacts', 'end-1.bin'));
    expect(await resumed(directory)).toEqual([]);
    expect(results(directory)).toEqual(whole);
  });
});

describe('config.json', () => {
  const edit = (directory: string, change: (config: Record<string, unknown>) => unknown) => {
    const path = join(directory, 'config.json');
    writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')))));
  };

  it.each([
    ['a setting', (config: object) => ({ ...config, config: { steps: 4 } })],
    ['the seed', (config: object) => ({ ...config, seed: 6 })],
    ['a version', (config: object) => ({ ...config, versions: { node: '1' } })],
    ['an entry of its own', (config: object) => ({ ...config, more: 1 })],
    ['the fingerprint', ({ fingerprint: _, ...config }: Record<string, unknown>) => config],
  ])('is refused when %s was edited', async (_, change) => {
    const directory = await interrupted(2);
    edit(directory, change);
    const expected = `${join(directory, 'config.json')} was edited after the run began`;
    await expect(resumeRun(directory, find)).rejects.toThrow(expected);
  });

  it('may be laid out otherwise', async () => {
    const directory = await interrupted(2);
    edit(directory, (config) => Object.fromEntries(Object.entries(config).reverse()));
    expect(await resumed(directory)).toEqual([]);
    expect(results(directory)).toEqual(whole);
  });

  it('of an earlier version is not resumed, and has its report', async () => {
    const directory = await interrupted(2);
    edit(directory, (config) => ({ ...config, format: 1 }));
    await expect(resumeRun(directory, find)).rejects.toThrow(
      `${directory} was begun by an earlier version, whose checkpoints have no checksums; start a new run`,
    );
    expect(readFileSync(await writeReport(directory), 'utf8')).toContain('This run has been interrupted');
  });
});
