import { EventEmitter, once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab, RunDetail, RunList } from '@unbraid/lab';
import { expect, it } from 'vitest';
import { call } from './call.ts';
import { temporaryFolder } from './folders.ts';
import { pause, start, statusOf, until } from './spawned.ts';

/** A lab as a process of its own, with the experiments of the tests, and what asks it. */
async function lab(folder: string, ...flags: readonly string[]) {
  const started = start(['lab', folder, '--port', '0', '--json', ...flags], {
    env: { XDG_CACHE_HOME: temporaryFolder(), UNBRAID_CACHE: '' },
  });
  await until(() => started.texts.stdout.includes('\n'));
  const { url, origin, token } = JSON.parse(started.texts.stdout) as Record<'url' | 'origin' | 'token', string>;
  const ask = (path: string, method = 'GET', body?: unknown) =>
    fetch(origin + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const json = async <T>(...words: Parameters<typeof ask>) => (await (await ask(...words)).json()) as T;
  return { ...started, url, origin, token, ask, json };
}

it('prints one line of JSON, by whose address runs are listed', async () => {
  const { url, texts, child, ended } = await lab(temporaryFolder());
  expect(texts.stdout.trimEnd().split('\n')).toHaveLength(1);
  const address = new URL(url);
  expect(address.hostname).toBe('127.0.0.1');
  address.pathname = '/api/runs';
  expect(await (await fetch(address)).json()).toMatchObject({ runs: [] });
  child.kill('SIGINT');
  expect((await ended).code).toBe(0);
});

it('starts a run, stops it, and goes on with it', async () => {
  const folder = temporaryFolder();
  const { ask, json, child, ended } = await lab(folder);
  expect(await json<Lab>('/api/lab')).toMatchObject({ canStart: true });
  const request = { experiment: 'test/groups', preset: 'smoke', seed: 1, workers: '1', settings: { pause: '300' } };
  const { id } = await json<{ id: string }>('/api/runs', 'POST', request);
  const detail = () => json<RunDetail>(`/api/runs/${id}`);
  const run = async () => (await detail()).run;
  expect(await run()).toMatchObject({
    status: 'running',
    experiment: 'test/groups',
    seed: 1,
    settings: { pause: 300 },
  });
  expect((await ask(`/api/runs/${id}/stop`, 'POST')).status).toBe(200);
  await expect.poll(async () => (await run()).status, { timeout: 20_000 }).toBe('interrupted');
  expect(await (await ask(`/api/runs/${id}/stop`, 'POST')).json()).toEqual({ error: 'this run is not going on' });
  expect((await ask(`/api/runs/${id}/resume`, 'POST')).status).toBe(200);
  expect((await run()).status).toBe('running');
  const { name } = await run();
  child.kill('SIGINT');
  expect((await ended).code).toBe(0);
  // What the lab began ends with it, where it can go on later.
  expect(statusOf(join(folder, name))).toBe('interrupted');
  expect(existsSync(join(folder, name, 'lock'))).toBe(false);
});

it('refuses to start what cannot be, before anything is there', async () => {
  const folder = temporaryFolder();
  const { ask, json } = await lab(folder);
  for (const [changes, message] of [
    [{ experiment: 'test/gruops' }, 'there is no experiment "test/gruops"; choose test/groups'],
    [{ preset: 'tiny' }, 'test/groups: there is no preset "tiny"'],
    [{ settings: { pause: 'a; rm -rf ~' } }, 'test/groups: setting pause cannot come from "a; rm -rf ~"'],
    [{ settings: { '--out': '/tmp/x' } }, 'test/groups: there is no setting "--out"'],
    [{ seed: -1 }, "a start's seed is -1"],
    [{ workers: '--detach' }, 'a start\'s workers is "--detach"'],
    [{ out: '/etc' }, 'a start has no setting "out"'],
  ] as const) {
    const answer = await ask('/api/runs', 'POST', { experiment: 'test/groups', preset: 'smoke', seed: 0, ...changes });
    expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([
      400,
      expect.stringContaining(message),
    ]);
  }
  expect((await json<RunList>('/api/runs')).runs).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

it('stops no run that it did not start, and says how', async () => {
  const folder = temporaryFolder();
  const own = start([
    'run',
    'test/groups',
    '--preset',
    'smoke',
    '--set',
    'pause=300',
    '--workers',
    '1',
    '--out',
    join(folder, 'own'),
  ]);
  await until(() => existsSync(join(folder, 'own', 'state.json')));
  const { ask, json } = await lab(folder);
  const [row] = (await json<RunList>('/api/runs')).runs;
  expect(row!.status).toBe('running');
  const { error } = (await (await ask(`/api/runs/${row!.id}/stop`, 'POST')).json()) as { error: string };
  expect(error).toContain(`kill -INT ${own.child.pid}`);
  own.child.kill('SIGKILL');
  await own.ended;
  await expect.poll(async () => (await json<RunList>('/api/runs')).runs[0]!.status, { timeout: 10_000 }).toBe('killed');
});

it('says in one line that a database is not there, without its password, and shows the folders', async () => {
  const folder = temporaryFolder();
  const { json, texts, child, ended } = await lab(folder, '--on', 'postgres://me:s3cret@127.0.0.1:1/lab');
  expect(await json<Lab>('/api/lab')).toMatchObject({ places: [folder], database: { state: 'lost' } });
  child.kill('SIGINT');
  expect((await ended).code).toBe(0);
  expect(texts.stderr).toBe(
    'Warning: no Postgres answers at 127.0.0.1:1 (ECONNREFUSED); start it, or mend the address postgres://me@127.0.0.1:1/lab; the lab tries again.\nClosing the lab.\n',
  );
});

it.each([
  [['lab', '--on', 'mysql://me:s3cret@host/db'], 'is no address of a Postgres database'],
  [['lab', 'nowhere'], 'there is no folder nowhere'],
  [['lab', '--port', '70000'], '--port 70000'],
  [['lab', '--prot', '0'], '--prot'],
])('refuses %j', async (words, message) => {
  const { code, stderr } = await call(words);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

it('opens the page where it is asked to, and warns where other machines reach it', async () => {
  const folder = join(temporaryFolder(), 'runs');
  mkdirSync(folder);
  const signals = new EventEmitter();
  const texts: string[] = [];
  const output = { isTTY: false, columns: 80, write: async (text: string) => void texts.push(text) };
  const opened = new EventEmitter();
  const called = call(['lab', folder, '--open', '--host', '0.0.0.0'], {
    signals,
    stdout: output,
    stderr: output,
    open: async (address) => void opened.emit('open', address),
  });
  const [address] = await once(opened, 'open');
  expect(address).toMatch(/^http:\/\/[^/]+\/\?token=[\w-]{43}$/);
  expect(texts.join('')).toContain('Warning: other machines can reach http://');
  await pause(10);
  signals.emit('SIGINT');
  expect((await called).code).toBe(0);
});
