import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { RunError, UsageError } from '../errors.ts';
import { runFiles } from './config.ts';
import { type Found, type Holder, LEASE, look, newHolder, place, readIfThereSync, writeAgain } from './lock-file.ts';

/** How often a holder shows that it is alive, in milliseconds. */
const BEAT = 5000;
/** How often one that waits for a lock looks at it, in milliseconds. */
const LOOK = 2000;

/** A lock that this process holds. */
export interface Lock {
  /** @throws RunError where another process has it now, which took this one for gone */
  verify(): void;
  /** The same, but looks only where this process has been silent for long: for what is done often. */
  verifyIfLate(): void;
  release(): Promise<void>;
}

/** What one hears who waits for a lock. */
export interface Waiting {
  readonly signal?: AbortSignal | undefined;
  /** Whom it waits for, each time that this is another. */
  onNote(note: string): void;
}

/**
 * Makes this process the only one to run `directory`. The lock names the process, its start and its host, and is written again every few seconds. One is
 * taken over whose process is gone; where that can't be found out (on another host, or a file that names no process), after a minute of silence.
 * @param waiting to wait until another process releases the lock or loses it
 * @throws UsageError when another process, or another run in this one, holds it, and this one doesn't wait; the signal's reason.
 */
export function lockRun(directory: string, waiting?: Waiting): Promise<Lock> {
  return acquire(join(directory, runFiles.lock), waiting);
}

async function acquire(path: string, waiting?: Waiting): Promise<Lock> {
  const self = await newHolder();
  const content = `${JSON.stringify(self)}\n`;
  let told = '';
  for (;;) {
    waiting?.signal?.throwIfAborted();
    if (await place(path, content)) return hold(path, content);
    const found = await look(path, self);
    if (found === undefined) await pause(MOMENT);
    else if (found.abandoned) await removeAbandoned(path, self);
    else if (waiting === undefined)
      throw new UsageError(
        `experiment: ${describe(path, found)}; wait for it (resume --wait), or delete ${path} if no run is going on`,
      );
    else {
      if (told !== found.text) waiting.onNote(`Waiting: ${describe(path, found)}.`);
      told = found.text;
      await pause(LOOK, undefined, { signal: waiting.signal });
    }
  }
}

/** Before one looks again at what another process is changing, in milliseconds. */
const MOMENT = 20;

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
    await pause(MOMENT);
    return;
  }
  try {
    const found = await look(path, self);
    if (found?.abandoned) await rm(path, { force: true });
  } finally {
    await guard.release();
  }
}

/** Writes the lock again every few seconds, by which others see that its holder is alive. */
function hold(path: string, content: string): Lock {
  let heard = clocks();
  let beating: Promise<void> | undefined;
  const isOurs = () => readIfThereSync(path) === content;
  const beat = setInterval(() => {
    const began = clocks();
    // What fails now may go well the next time; if not, others take the lock, and verify says so.
    beating ??= writeAgain(path, content)
      .then(
        (written) => {
          if (written) heard = began;
        },
        () => undefined,
      )
      .finally(() => {
        beating = undefined;
      });
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
      if (isLate(heard)) verify();
    },
    async release() {
      clearInterval(beat);
      await beating;
      if (isOurs()) await rm(path, { force: true });
    },
  };
}

/** One of them stands still while the machine sleeps, the other is set now and then. */
const clocks = () => ({ wall: Date.now(), monotonic: performance.now() });

function isLate(heard: ReturnType<typeof clocks>): boolean {
  const now = clocks();
  return Math.max(Math.abs(now.wall - heard.wall), now.monotonic - heard.monotonic) > LEASE / 2;
}

/** Whose the lock is, and how long it stays so where nothing is heard of that process. */
function describe(path: string, { holder, silence }: Found): string {
  const who =
    holder === undefined
      ? `${path} names no process`
      : `process ${holder.pid} on ${holder.host} is running this directory`;
  if (silence === undefined) return who;
  return `${who}, silent for ${Math.round(silence / 1000)} s and taken for gone after ${LEASE / 1000}`;
}
