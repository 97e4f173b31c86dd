import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { inFolder, temporaryFolder } from '../../test/folders.ts';
import { makeRun } from '../../test/runs.ts';
import { checkNotes, readNotes, writeNotes } from './notes.ts';
import { openRunStore } from './open-run-store.ts';
import type { RunNews } from './run-store.ts';

async function storeOf(places: readonly string[], options: { cache?: string; version?: string; pollMs?: number } = {}) {
  const { cache = join(temporaryFolder(), 'cache'), version = '1', pollMs = 25 } = options;
  const store = await openRunStore({ places, cache, version, pollMs });
  onTestFinished(() => store.close());
  const news: RunNews[] = [];
  store.listen((each) => news.push(each));
  return { store, news, cache };
}

async function until(is: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !is(); await pause(10)) expect(Date.now()).toBeLessThan(end);
}

/** As a run writes its files: whole. */
function put(path: string, value: unknown): void {
  writeFileSync(`${path}.tmp`, JSON.stringify(value));
  renameSync(`${path}.tmp`, path);
}

it('finds runs in folders of folders, and nothing that is none', async () => {
  const folder = temporaryFolder();
  makeRun(join(folder, 'a'), {
    summary: { loss: 0.5, best: 'Infinity' },
    settings: { widths: [1, 2], rate: 0.1, kind: 'x' },
  });
  makeRun(join(folder, 'deep', 'er', 'b'));
  makeRun(join(folder, 'node_modules', 'c'));
  makeRun(join(folder, '.hidden', 'd'));
  // Another program's configuration is no run.
  writeFileSync(join(inFolder(folder, 'model'), 'config.json'), '{}');
  const elsewhere = makeRun(join(temporaryFolder(), 'e'));
  symlinkSync(elsewhere, join(folder, 'link'));
  const { store } = await storeOf([folder]);
  const rows = store.list().map(({ row }) => row);
  expect(rows.map(({ name }) => name).sort()).toEqual(['a', 'deep/er/b']);
  expect(rows.find(({ name }) => name === 'a')).toEqual({
    id: expect.stringMatching(/^[\da-f]{12}$/),
    name: 'a',
    place: folder,
    experiment: 'test/made',
    title: 'Made',
    preset: 'short',
    seed: 0,
    status: 'done',
    started: '2026-11-30T10:15:00.000Z',
    seconds: 3,
    settings: { widths: '[1,2]', rate: 0.1, kind: 'x' },
    summary: { loss: 0.5, best: 'Infinity' },
    notes: { tags: [], text: '' },
    isSweep: false,
    revision: 1,
  });
});

it('shows a folder that is a run itself, and waits for one that is not there yet', async () => {
  const run = makeRun(join(temporaryFolder(), 'own'));
  expect((await storeOf([run])).store.list().map(({ row }) => row.name)).toEqual(['own']);
  const folder = join(temporaryFolder(), 'runs');
  const { store } = await storeOf([folder]);
  expect(store.list()).toEqual([]);
  makeRun(join(folder, 'first'));
  await until(() => store.list().length === 1);
});

it('gives an id that stays, and each run once where folders overlap', async () => {
  const folder = temporaryFolder();
  makeRun(join(folder, 'inner', 'a'));
  const { store } = await storeOf([folder, join(folder, 'inner')]);
  const { store: again } = await storeOf([join(folder, 'inner')]);
  expect(store.list()).toHaveLength(1);
  expect(again.list()[0]!.id).toBe(store.list()[0]!.id);
  expect(store.get(again.list()[0]!.id)?.directory).toBe(join(folder, 'inner', 'a'));
});

it.each([
  ['config.json', 'no JSON'],
  ['config.json', '{"format": 3}'],
  ['state.json', '{"status": "well"}'],
  ['summary.json', '[1]'],
])('lists a run whose %s is %s as unreadable, with the reason', async (file, content) => {
  const folder = temporaryFolder();
  makeRun(join(folder, 'good'));
  writeFileSync(join(makeRun(join(folder, 'bad')), file), content);
  const { store } = await storeOf([folder]);
  expect(
    store
      .list()
      .map(({ row: { name, status, error } }) => [name, status, error])
      .sort(),
  ).toEqual([
    ['bad', 'unreadable', expect.stringContaining(`${file} is damaged or from another version`)],
    ['good', 'done', undefined],
  ]);
});

it('reads a run again that could not be read for a moment, though nothing else tells that it can be now', async () => {
  const folder = temporaryFolder();
  const run = makeRun(join(folder, 'a'));
  const config = join(run, 'config.json');
  const good = readFileSync(config, 'utf8');
  const then = Date.now() / 1000 - 60;
  /** Of the same size, time and number, as a file that could not be opened has. */
  const write = (content: string) => {
    writeFileSync(config, content);
    for (const path of [config, run]) utimesSync(path, then, then);
  };
  write(good.replace('{', '['));
  const { store, news, cache } = await storeOf([folder]);
  const statusOf = (each: typeof store) => each.list()[0]!.row.status;
  expect(statusOf(store)).toBe('unreadable');
  await store.look(run);
  // What was told already is no news.
  expect(news).toEqual([]);
  write(good);
  await until(() => statusOf(store) === 'done');
  expect(news.map(({ type }) => type)).toEqual(['run']);

  write(good.replace('{', '['));
  const second = await storeOf([folder], { cache: join(cache, 'other') });
  expect(statusOf(second.store)).toBe('unreadable');
  await second.store.close();
  write(good);
  expect(statusOf((await storeOf([folder], { cache: join(cache, 'other') })).store)).toBe('done');
});

it('lists the newest first, and those that began at the same time by their names', async () => {
  const folder = temporaryFolder();
  for (const name of ['c', 'a', 'd', 'b']) makeRun(join(folder, name));
  makeRun(join(folder, 'e'), { started: '2026-11-30T10:15:01.000Z' });
  makeRun(join(folder, '0'), { started: '2026-11-30T10:14:59.000Z' });
  const { store } = await storeOf([folder]);
  expect(store.list().map(({ row }) => row.name)).toEqual(['e', 'a', 'b', 'c', 'd', '0']);
});

it('tells a run that is going on from one that was killed', async () => {
  const folder = temporaryFolder();
  makeRun(join(folder, 'killed'), { status: 'running' });
  const running = makeRun(join(folder, 'running'), { status: 'running' });
  // The lock of another host is believed while it is fresh.
  writeFileSync(join(running, 'lock'), JSON.stringify({ pid: 1, host: `not-${hostname()}` }));
  const { store, news } = await storeOf([folder]);
  const statuses = () => Object.fromEntries(store.list().map(({ row }) => [row.name, row.status]));
  expect(statuses()).toEqual({ killed: 'killed', running: 'running' });
  rmSync(join(running, 'lock'));
  await until(() => statuses().running === 'killed');
  expect(news.map(({ type }) => type)).toContain('run');
});

it('tells of changes: progress, results, outputs, sessions, new runs and runs that are gone', async () => {
  const folder = temporaryFolder();
  const run = makeRun(join(folder, 'a'), { status: 'interrupted' });
  const { store, news } = await storeOf([folder]);
  const row = () => store.list().find(({ directory }) => directory === run)?.row;
  const heard = (type: RunNews['type']) => news.some((each) => each.type === type);
  const { id, revision } = row()!;

  writeFileSync(join(run, 'lock'), JSON.stringify({ pid: 1, host: `not-${hostname()}` }));
  put(join(run, 'state.json'), { status: 'running', seconds: 3 });
  await until(() => row()?.status === 'running' && heard('session'));
  put(join(run, 'progress.json'), {
    done: 3,
    total: 9,
    label: 'fits',
    seconds: 7,
    secondsLeft: 14,
    at: '2026-11-30T10:16:00.000Z',
  });
  await until(() => row()?.progress !== undefined);
  expect(row()).toMatchObject({ seconds: 7, progress: { done: 3, total: 9, label: 'fits', secondsLeft: 14 } });
  appendFileSync(join(run, 'metrics.jsonl'), '{"loss":1}\n');
  await until(() => heard('lines'));
  put(join(run, 'outputs.json'), { figures: [], tables: [], artifacts: [] });
  await until(() => heard('outputs'));
  put(join(run, 'summary.json'), { loss: 1 });
  put(join(run, 'state.json'), { status: 'done', seconds: 9 });
  rmSync(join(run, 'lock'));
  await until(() => row()?.status === 'done' && row()?.summary.loss === 1);
  expect(row()).not.toHaveProperty('progress');
  expect(row()!.revision).toBeGreaterThan(revision);

  makeRun(join(folder, 'more', 'b'));
  await until(() => store.list().length === 2);
  rmSync(run, { recursive: true });
  await until(() => store.get(id) === undefined);
  expect(news.at(-1)).toEqual({ type: 'gone', id });
});

it('reads nothing again that its index has, and all of it where that is damaged or of another version', async () => {
  const folder = temporaryFolder();
  const run = makeRun(join(folder, 'a'), { settings: { width: 8 } });
  const cache = join(temporaryFolder(), 'cache');
  const width = async (version?: string) => {
    const { store } = await storeOf([folder], { cache, ...(version !== undefined && { version }) });
    const found = store.list()[0]!.row.settings.width;
    await store.close();
    return found;
  };
  expect(await width()).toBe(8);
  const [name] = readdirSync(cache);
  const path = join(cache, name!);
  const text = readFileSync(path, 'utf8');
  // An index that says otherwise is believed where its own digest is right: so nothing was read.
  const { writeCached } = await import('./cached-text.ts');
  const indexed = JSON.parse(text.slice(65));
  indexed.runs[0][1].facts.settings.width = 9;
  await writeCached(path, indexed);
  expect(await width()).toBe(9);
  expect(await width('2')).toBe(8);
  for (const damaged of [text.replace('"width":8', '"width":7'), text.slice(0, 100), '', '\0']) {
    writeFileSync(path, damaged);
    expect(await width()).toBe(8);
  }
  put(join(run, 'config.json'), {
    ...JSON.parse(readFileSync(join(run, 'config.json'), 'utf8')),
    config: { width: 16 },
  });
  expect(await width()).toBe(16);
  expect(readdirSync(folder)).toEqual(['a']);
});

it('believes its index where a folder has not changed, and finds a file that was written over right after', async () => {
  const folder = temporaryFolder();
  const run = makeRun(join(folder, 'a'), { settings: { width: 8 } });
  const cache = join(temporaryFolder(), 'cache');
  const then = Date.now() / 1000 - 60;
  utimesSync(run, then, then);
  await (await storeOf([folder], { cache })).store.close();
  const config = readFileSync(join(run, 'config.json'), 'utf8');
  writeFileSync(join(run, 'config.json'), config.replace('"width":8', '"width":16'));
  const { store } = await storeOf([folder], { cache });
  const width = () => store.list()[0]!.row.settings.width;
  expect(width()).toBe(8);
  await until(() => width() === 16);
});

it('works where nothing can be cached', async () => {
  const folder = temporaryFolder();
  makeRun(join(folder, 'a'));
  const cache = join(folder, 'file');
  writeFileSync(cache, '');
  const { store } = await storeOf([folder], { cache });
  expect(store.list()).toHaveLength(1);
});

it('keeps notes beside the run, where a run that is resumed leaves them', async () => {
  const run = makeRun(join(temporaryFolder(), 'a'));
  expect(await readNotes(run)).toEqual({ tags: [], text: '' });
  const notes = { tags: ['<b>', '"'], text: '</script>\n\u2028' };
  await writeNotes(run, checkNotes(notes));
  expect(await readNotes(run)).toEqual(notes);
  expect(readdirSync(run).filter((name) => name.includes('tmp'))).toEqual([]);
  for (const damaged of ['', '{', '{"tags": 1, "text": ""}', '[]']) {
    writeFileSync(join(run, 'notes.json'), damaged);
    expect(await readNotes(run)).toEqual({ tags: [], text: '' });
  }
  expect(checkNotes({ tags: ['a', 'a'], text: '' }).tags).toEqual(['a']);
  for (const wrong of [
    undefined,
    {},
    { tags: [''], text: '' },
    { tags: [], text: 'x'.repeat(20_001) },
    { tags: [], text: '', more: 1 },
  ])
    expect(() => checkNotes(wrong)).toThrow('lab: notes are { tags, text }');
});

it('goes no deeper than it says, and follows no folder that is a file', async () => {
  const folder = temporaryFolder();
  const levels = Array.from({ length: 12 }, (_, i) => `level${i}`);
  makeRun(join(folder, ...levels.slice(0, 8)));
  const deep = join(folder, ...levels);
  mkdirSync(deep, { recursive: true });
  makeRun(join(deep, 'too-deep'));
  writeFileSync(join(folder, 'file'), '');
  const { store } = await storeOf([folder]);
  expect(store.list()).toHaveLength(1);
  expect(existsSync(deep)).toBe(true);
});
