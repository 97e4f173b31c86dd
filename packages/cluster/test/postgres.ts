import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './free-port.ts';

/** A server of Postgres for tests, on loopback, with its data in a temporary folder. */
export interface TestPostgres {
  readonly port: number;
  /** A new, empty database; its address holds the password. */
  createDatabase(): Promise<string>;
  /** SQL by the owner of all. */
  execute(url: string, text: string): Promise<readonly Record<string, unknown>[]>;
  /** Ends as it would where the machine lost power (`immediate`), or in order, and begins again after `seconds`. */
  restart(how: 'immediate' | 'fast', seconds?: number): Promise<void>;
  stop(): Promise<void>;
}

/** The folder of Postgres' programs; undefined where it isn't installed. */
export function findPostgres(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

/** Why tests that need Postgres are skipped, for their title. */
export const NEEDS_POSTGRES = 'needs Postgres (initdb, as in Debian’s package postgresql)';

/** `initdb` refuses to be root's. */
function otherUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (what: string) => Number(execFileSync('id', [what, 'nobody'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** @param settings of the server, as in postgresql.conf. By default it doesn't wait for the disk. */
export async function startPostgres(
  bin: string,
  settings: Readonly<Record<string, string>> = { fsync: 'off' },
): Promise<TestPostgres> {
  const user = otherUser();
  const folder = mkdtempSync(join(tmpdir(), 'unbraid-postgres-'));
  const password = randomBytes(12).toString('hex');
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) for (const path of [folder, passwordFile]) chownSync(path, user.uid, user.gid);
  const data = join(folder, 'data');
  const own = { ...user, cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C' } };
  const auth = ['-U', 'unbraid', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const made = spawnSync(join(bin, 'initdb'), ['-D', data, '-E', 'UTF8', '--no-sync', ...auth], {
    ...own,
    encoding: 'utf8',
  });
  rmSync(passwordFile);
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);

  const port = await freePort();
  const urlOf = (database: string) => `postgres://unbraid:${password}@127.0.0.1:${port}/${database}`;
  const options = { listen_addresses: '127.0.0.1', unix_socket_directories: '', max_connections: '100', ...settings };
  const parameters = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let server: ChildProcess;

  async function execute(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
    const client = new pg.Client(url);
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  }

  async function start(): Promise<void> {
    server = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...parameters], { ...own, stdio: 'ignore' });
    for (let tries = 0; ; tries++) {
      try {
        await execute(urlOf('postgres'), 'select 1');
        return;
      } catch (error) {
        if (tries > 200 || server.exitCode !== null) throw error;
        await pause(100);
      }
    }
  }

  async function end(how: 'SIGQUIT' | 'SIGINT'): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(how);
    await ended;
  }

  await start();
  const kill = () => void server.kill('SIGQUIT');
  process.once('exit', kill);
  let databases = 0;
  return {
    port,
    execute,
    async createDatabase() {
      const name = `test_${++databases}`;
      await execute(urlOf('postgres'), `create database ${name}`);
      return urlOf(name);
    },
    async restart(how, seconds = 0) {
      await end(how === 'immediate' ? 'SIGQUIT' : 'SIGINT');
      await pause(seconds * 1000);
      await start();
    },
    async stop() {
      await end('SIGQUIT');
      process.off('exit', kill);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
