import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ClusterView } from '@unbraid/cluster';
import { DamagedError, RunError, startRun } from '@unbraid/experiment';
import { readConfig } from '@unbraid/experiment/directory';
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { gated } from '../../test/database/gated.ts';
import { lastingFolder, temporaryFolder } from '../../test/folders.ts';
import { createCopies } from './copies.ts';
import type { FollowedRun } from './follow-database.ts';

const ID = '0123456789ab';
const folder = lastingFolder();
/** Checkpoints of its units, in their order. */
const values = new Map<string, Uint8Array>();
let run: FollowedRun;

beforeAll(async () => {
  const directory = join(folder.path, 'run');
  await startRun(gated, { preset: 'smoke', seed: 0, directory });
  const checkpoints = join(directory, 'checkpoints');
  const names = (await readdir(checkpoints)).sort();
  for (const [i, name] of names.entries()) values.set(`square ${i}`, await readFile(join(checkpoints, name)));
  const config = await readConfig(directory);
  const units = { total: 4, done: 4, active: 0, waiting: 0, failed: 0 };
  run = { id: '7', config, status: 'offered', age: 3, heard: 1, ended: 1, units } as FollowedRun;
});
afterAll(() => folder.remove());
afterEach(() => void vi.unstubAllEnvs());

const ended = () => [...values].map(([key, { length }], i) => ({ key, at: i, bytes: length }));
const valueAt = async (_: string, key: string) => values.get(key)!;

/** Copies of a database that answers as is said. */
function copiesOf(answers: Partial<ClusterView>) {
  const view = { ended: async () => ended(), value: valueAt, ...answers } as ClusterView;
  const copies = createCopies({ follower: { ask: (question) => question(view) }, onGrown: () => undefined });
  onTestFinished(() => copies.close());
  const lines = () =>
    readFileSync(join(copies.directoryOf(ID), 'metrics.jsonl'), 'utf8')
      .trimEnd()
      .split('\n').length;
  return { ...copies, directory: copies.directoryOf(ID), lines };
}

it('leaves out a unit whose value is damaged, and copies those after it', async () => {
  const copies = copiesOf({
    async value(id, key) {
      if (key === 'square 1') throw new DamagedError('cluster: the value of "square 1" is damaged');
      return valueAt(id, key);
    },
  });
  await copies.refresh(ID, run);
  expect(copies.state(ID)).toEqual({ copied: 3, leftOut: 1 });
  expect(copies.lines()).toBe(3);
});

it('leaves nothing out where the database is away: it goes on where it was', async () => {
  let isAway = true;
  const copies = copiesOf({
    async value(id, key) {
      if (key === 'square 1' && isAway) throw new RunError("cluster: the database can't be reached: gone");
      return valueAt(id, key);
    },
  });
  await copies.refresh(ID, run);
  expect(copies.state(ID)).toEqual({ copied: 1, leftOut: 0 });
  isAway = false;
  await copies.refresh(ID, run);
  expect(copies.state(ID)).toEqual({ copied: 4, leftOut: 0 });
  expect(copies.lines()).toBe(4);
});

it('leaves nothing out where a copy could not be written: it is begun anew after a rest', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  let shown = ended().slice(0, 1);
  const copies = copiesOf({ ended: async () => shown });
  // Checkpoints are copied, too.
  const sweep = { ...run, config: { ...run.config, experiment: 'sweep/test-gated' } };
  await copies.refresh(ID, { ...sweep, units: { ...run.units, done: 1 } });
  expect(copies.state(ID)).toEqual({ copied: 1, leftOut: 0 });
  const checkpoints = join(copies.directory, 'checkpoints');
  rmSync(checkpoints, { recursive: true });
  writeFileSync(checkpoints, '');
  shown = ended();
  await copies.refresh(ID, sweep);
  await copies.refresh(ID, sweep);
  expect(copies.state(ID)).toEqual({ copied: 0, leftOut: 0 });
  vi.setSystemTime(Date.now() + 10_000);
  await copies.refresh(ID, sweep);
  expect(copies.state(ID)).toEqual({ copied: 4, leftOut: 0 });
  expect(copies.lines()).toBe(4);
});

it('keeps the files of a run that is looked at while its former copy is being removed', async () => {
  let answer = () => {};
  const first = new Promise<void>((resolve) => {
    answer = resolve;
  });
  let asked = 0;
  const copies = copiesOf({
    async ended() {
      if (asked++ === 0) await first;
      return ended();
    },
  });
  const former = copies.refresh(ID, run);
  await vi.waitFor(() => expect(asked).toBe(1));
  const dropped = copies.drop(ID);
  const next = copies.refresh(ID, run);
  await Promise.race([next, pause(100)]);
  answer();
  await Promise.all([former, dropped, next]);
  expect(copies.state(ID)).toEqual({ copied: 4, leftOut: 0 });
  expect(copies.lines()).toBe(4);
});

it('makes its folder again after a failure, and where it was cleared away, for its user alone', async () => {
  const place = join(temporaryFolder(), 'place');
  writeFileSync(place, '');
  vi.stubEnv('TMPDIR', place);
  const copies = copiesOf({});
  await copies.refresh(ID, run);
  expect(copies.state(ID)).toEqual({ copied: 0, leftOut: 0 });
  rmSync(place);
  await copies.refresh(ID, run);
  expect(copies.lines()).toBe(4);
  const own = dirname(copies.directory);
  await copies.drop(ID);
  rmSync(own, { recursive: true });
  await copies.refresh(ID, run);
  expect(copies.lines()).toBe(4);
  expect(statSync(own).mode & 0o777).toBe(0o700);
  await copies.close();
  expect(existsSync(own)).toBe(false);
});
