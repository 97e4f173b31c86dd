import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { type FileHandle, link, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { RunError, UsageError } from '../errors.ts';
import { errorCode, fileFailure } from '../files.ts';
import { runFiles } from './config.ts';
import { processSpace, processStart, UNKNOWN } from './process-mark.ts';

/** How often a holder shows that it is alive, and how long it may be silent where nothing else tells: in milliseconds. */
const BEAT = 5000;
export const LEASE = 60_000;

const holderSchema = z.object({
  pid: z.int().min(1),
  host: z.string(),
  /** When the process began, which tells it from a later one of the same number. */
  start: z.string().optional(),
  /** Where its number means that process. */
  space: z.string().optional(),
});
type Holder = z.output<typeof holderSchema>;

/** A lock that this process holds. */
export interface Lock {
  /** @throws RunError where another process has it now, which took this one for gone */
  verify(): void;
  /** The same, but looks only where this process has been silent for long: for what is done often. */
  verifyIfLate(): void;
  release(): Promise<void>;
}

/**
 * Makes this process the only one to run `directory`. The lock names the process, its start and its host, and is written again every few seconds. One is
 * taken over whose process is gone; where that can't be found out (on another host, or a file that names no process), after a minute of silence.
 * @throws UsageError when another process, or another run in this one, holds it.
 */
export function lockRun(directory: string): Promise<Lock> {
  return acquire(join(directory, runFiles.lock));
}

async function acquire(path: string): Promise<Lock> {
  const self: Holder = {
    pid: process.pid,
    host: hostname(),
    start: (await processStart(process.pid)) ?? UNKNOWN,
    space: processSpace(),
  };
  const content = `${JSON.stringify(self)}\n`;
  for (;;) {
    const placed = await place(path, content);
    if (placed !== undefined) return hold(path, placed, content);
    const found = await look(path, self);
    if (found === undefined) continue;
    if (!found.abandoned) throw new UsageError(inUse(path, found.holder));
    await removeAbandoned(path, self);
  }
}

/**
 * Removes a lock whose holder is gone. Of several processes that found it so, one at a time looks again and removes it, so that none removes the
 * lock that another has put there since: who does is locked in the same way.
 */
async function removeAbandoned(path: string, self: Holder): Promise<void> {
  let guard: Lock;
  try {
    guard = await acquire(`${path}.takeover`);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await pause(20);
    return;
  }
  try {
    const found = await look(path, self);
    if (found?.abandoned) await rm(path, { force: true });
  } finally {
    await guard.release();
  }
}

/** Of file systems without links, on which the lock is for a moment there and empty. */
const LINKLESS = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'];

/** Puts a whole file in the lock's place. Undefined where one is there, or where another process cleaned up meanwhile. */
async function place(path: string, content: string): Promise<FileHandle | undefined> {
  const candidate = join(dirname(path), `.lock.${randomUUID()}.tmp`);
  try {
    await writeFile(candidate, content, { flag: 'wx' });
  } catch (error) {
    await rm(candidate, { force: true });
    throw fileFailure('write', path, error);
  }
  try {
    await link(candidate, path).catch((error) => {
      if (!LINKLESS.includes(errorCode(error) ?? '')) throw error;
      return writeFile(path, content, { flag: 'wx' });
    });
    return await open(path, 'r+');
  } catch (error) {
    if (['EEXIST', 'ENOENT'].includes(errorCode(error) ?? '')) return undefined;
    throw fileFailure('write', path, error);
  } finally {
    await rm(candidate, { force: true });
  }
}

/** Writes the lock again every few seconds, by which others see that its holder is alive. */
async function hold(path: string, file: FileHandle, content: string): Promise<Lock> {
  const { dev, ino } = await file.stat({ bigint: true });
  let heard = Date.now();
  const isOurs = () => {
    const found = statSync(path, { bigint: true, throwIfNoEntry: false });
    return found?.ino === ino && found.dev === dev;
  };
  const beat = setInterval(() => {
    heard = Date.now();
    // What fails now may go well the next time; if not, the lock is lost and verify says so.
    file.write(content, 0).catch(() => undefined);
  }, BEAT);
  beat.unref();
  const verify = () => {
    if (isOurs()) return;
    throw new RunError(
      `experiment: ${path} is no longer this process's, which another took for gone; nothing more is written`,
    );
  };
  return {
    verify,
    verifyIfLate() {
      if (Date.now() - heard > LEASE / 2) verify();
    },
    async release() {
      clearInterval(beat);
      await file.close();
      if (isOurs()) await rm(path, { force: true });
    },
  };
}

interface Found {
  readonly holder: Holder | undefined;
  readonly abandoned: boolean;
}

/** Who holds the lock, and whether that is over; undefined where there is none any more. */
async function look(path: string, self: Holder): Promise<Found | undefined> {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  const holder = parseHolder(text);
  const alive = holder && (await isAlive(holder, self));
  return { holder, abandoned: !(alive ?? (await isRecent(path))) };
}

/** Undefined where it can't be found out. */
async function isAlive({ pid, host, start, space }: Holder, self: Holder): Promise<boolean | undefined> {
  if (host !== self.host || (space !== undefined && space !== self.space)) return undefined;
  const found = await processStart(pid);
  if (found === undefined) return false;
  return found === UNKNOWN || start === undefined || start === UNKNOWN ? undefined : found === start;
}

/** Whether the lock was written within a lease, by the clock of its file system; one from the future was not written by a beat. */
async function isRecent(path: string): Promise<boolean> {
  const probe = join(dirname(path), `.lock.${randomUUID()}.tmp`);
  try {
    await writeFile(probe, '', { flag: 'wx' });
    const [now, then] = await Promise.all([stat(probe), stat(path)]);
    return Math.abs(now.mtimeMs - then.mtimeMs) < LEASE;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return true;
    throw fileFailure('look at', path, error);
  } finally {
    await rm(probe, { force: true });
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw fileFailure('read', path, error);
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function inUse(path: string, holder: Holder | undefined): string {
  if (holder === undefined) {
    const wait = `wait until it is ${LEASE / 1000} s old`;
    return `experiment: ${path} names no process; ${wait}, or delete it if no run is going on`;
  }
  const who = `process ${holder.pid} on ${holder.host}`;
  return `experiment: ${who} is running this directory; wait for it, or delete ${path} if no run is going on`;
}
