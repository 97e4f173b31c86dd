import { randomUUID } from 'node:crypto';
import { readFileSync, type Stats } from 'node:fs';
import { link, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { errorCode } from '@unbraid/checks/node';
import { z } from 'zod';
import { fileFailure } from '../files.ts';
import { processSpace, processStart, UNKNOWN } from './process-mark.ts';

/** How long a holder may be silent where nothing else tells whether it is alive, in milliseconds. */
export const LEASE = 60_000;

const holderSchema = z.object({
  pid: z.int().min(1),
  host: z.string(),
  /** When the process began, which tells it from a later one of the same number. */
  start: z.string().optional(),
  /** Where its number means that process. */
  space: z.string().optional(),
  /**
   * Drawn anew for each lock, which is told from others by its content: numbers of files are used again by servers of NFS, and some file systems of user
   * space give all files of one name the same.
   */
  token: z.string().optional(),
});
export type Holder = z.output<typeof holderSchema>;

/** This process, as the holder of a new lock. */
export async function newHolder(): Promise<Holder> {
  const start = (await processStart(process.pid)) ?? UNKNOWN;
  return { pid: process.pid, host: hostname(), start, space: processSpace(), token: randomUUID() };
}

/** Of file systems without links, on which the lock is for a moment there and empty. */
const LINKLESS = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'];

/** Puts a whole file in the lock's place. False where one is there, or where another process cleaned up meanwhile. */
export async function place(path: string, content: string): Promise<boolean> {
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
    return true;
  } catch (error) {
    // A server of NFS that is asked twice, for its answer was lost, says that it is there, which it is: ours.
    if (errorCode(error) === 'EEXIST') return (await readIfThere(path)) === content;
    if (isGone(error)) return false;
    throw fileFailure('write', path, error);
  } finally {
    await rm(candidate, { force: true });
  }
}

/**
 * Opens the file anew, because clients of NFS ask the server only when they open one, and has its time brought to the disk or the server.
 * @returns whether the file is still the same
 */
export async function writeAgain(path: string, content: string): Promise<boolean> {
  const file = await open(path, 'r+');
  try {
    if ((await file.readFile('utf8')) !== content) return false;
    await file.write(content, 0);
    await file.datasync();
    return true;
  } finally {
    await file.close();
  }
}

export interface Found {
  /** What the lock says. */
  readonly text: string;
  readonly holder: Holder | undefined;
  /** Since the lock was written; undefined where it is known that its holder is alive or gone. */
  readonly silence: number | undefined;
  readonly abandoned: boolean;
}

/** Who holds the lock, and whether that is over; undefined where there is none any more. */
export async function look(path: string, self: Holder): Promise<Found | undefined> {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  const holder = parseHolder(text);
  const alive = holder && (await isAlive(holder, self));
  if (alive !== undefined) return { text, holder, silence: undefined, abandoned: !alive };
  const silence = await silenceOf(path);
  return silence === undefined ? undefined : { text, holder, silence, abandoned: silence >= LEASE };
}

/** Whether nobody holds the lock any more, or nobody ever did. Nothing is written for it, so that age is by this machine's clock. */
export async function isAbandoned(path: string): Promise<boolean> {
  const text = await readIfThere(path);
  if (text === undefined) return true;
  const holder = parseHolder(text);
  const alive = holder && (await isAlive(holder, { host: hostname(), space: processSpace() }));
  if (alive !== undefined) return !alive;
  const written = await stat(path).catch((error) => {
    if (isGone(error)) return undefined;
    throw fileFailure('look at', path, error);
  });
  return written === undefined || Math.abs(Date.now() - written.mtimeMs) >= LEASE;
}

/** Undefined where it can't be found out. */
async function isAlive(
  { pid, host, start, space }: Holder,
  self: Pick<Holder, 'host' | 'space'>,
): Promise<boolean | undefined> {
  if (host !== self.host || (space !== undefined && space !== self.space)) return undefined;
  const found = await processStart(pid);
  if (found === undefined) return false;
  return found === UNKNOWN || start === undefined || start === UNKNOWN ? undefined : found === start;
}

/**
 * Milliseconds since the lock was written, by the clock of its file system; as many before that as after, for a lock from the future was not written by a beat.
 * Undefined where it is gone.
 */
async function silenceOf(path: string): Promise<number | undefined> {
  const probe = join(dirname(path), `.lock.${randomUUID()}.tmp`);
  try {
    await writeFile(probe, '', { flag: 'wx' });
    const [now, then] = [await stat(probe), await freshStat(path)];
    return Math.abs(now.mtimeMs - then.mtimeMs);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw fileFailure('look at', path, error);
  } finally {
    await rm(probe, { force: true });
  }
}

/** By a name that is new: what is known of the old one may be as old as the cache of a network's file system lets it be. */
async function freshStat(path: string): Promise<Stats> {
  const name = join(dirname(path), `.lock.${randomUUID()}.tmp`);
  try {
    await link(path, name);
    return await stat(name);
  } catch (error) {
    if (isGone(error)) throw error;
    return await stat(path);
  } finally {
    await rm(name, { force: true });
  }
}

/** Also a file that a server of NFS has no longer, though this client believed so. */
function isGone(error: unknown): boolean {
  return ['ENOENT', 'ESTALE'].includes(errorCode(error) ?? '');
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isGone(error)) return undefined;
    throw fileFailure('read', path, error);
  }
}

/** Whom a lock names; undefined where there is none, or it names nobody. */
export async function readHolder(path: string): Promise<Holder | undefined> {
  const text = await readIfThere(path);
  return text === undefined ? undefined : parseHolder(text);
}

export function readIfThereSync(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isGone(error)) return undefined;
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
