import { randomUUID } from 'node:crypto';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode, fileError } from '@unbraid/checks/node';

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** The holder touches the lock four times in this time; one that was not touched for so long is taken over. */
  readonly staleMs?: number;
  readonly pollMs?: number;
}

/**
 * Does `work` while holding the lock file `path`, after waiting for the process that holds it.
 *
 * A lock whose holder died is taken over. Two processes that take over one lock at the same moment may both go on;
 * what the lock guards has to stand that (a download is checked by its content whoever wrote it).
 *
 * @throws the abort signal's reason while waiting, or where the lock file cannot be written.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  const { signal, staleMs = 30_000, pollMs = 100 } = options;
  const token = `${process.pid} ${randomUUID()} ${hostname()}`;
  while (!(await create(path, token))) {
    signal?.throwIfAborted();
    await removeIfAbandoned(path, staleMs);
    await delay(pollMs);
  }
  const touch = () => utimes(path, new Date(), new Date()).catch(() => undefined);
  const heartbeat = setInterval(touch, staleMs / 4).unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if ((await content(path)) === token) await rm(path, { force: true });
  }
}

async function create(path: string, token: string): Promise<boolean> {
  try {
    await writeFile(path, token, { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw fileError(error, 'write', path);
  }
}

async function removeIfAbandoned(path: string, staleMs: number): Promise<void> {
  const [token, stats] = await Promise.all([content(path), stat(path).catch(() => undefined)]);
  if (token === undefined || stats === undefined) return;
  const [pid, , host] = token.split(' ');
  const died = host === hostname() && !isRunning(Number(pid));
  if (died || Date.now() - stats.mtimeMs > staleMs) await rm(path, { force: true });
}

async function content(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
