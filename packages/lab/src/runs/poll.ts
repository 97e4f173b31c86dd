import type { KnownRuns } from './known-runs.ts';
import type { Place } from './places.ts';
import { forEachOf, statOf } from './quick-files.ts';
import { isRecent } from './stamp.ts';

const AT_ONCE = 64;
/** Runs whose folders are looked at in a poll; more take turns. Those that are at work are looked at each time. */
const LOOKS = 2000;
/** Polls between two readings of a run that can't be read. */
const RETRY_POLLS = 10;

/**
 * Looks at everything, by times of folders: network file systems tell of no change.
 * @param look at a run or a folder that has changed, or may have
 * @returns what does it once
 */
export function createPoll(
  places: readonly Place[],
  runs: KnownRuns,
  look: (path: string) => Promise<void>,
): () => Promise<void> {
  const folderTimes = new Map<string, number>();
  let turn = 0;
  let polls = 0;

  async function lookAtFolder(path: string): Promise<void> {
    const time = await timeOf(path);
    const before = folderTimes.get(path);
    folderTimes.set(path, time);
    if (before === undefined ? time !== GONE : time !== before || isRecent(time)) await look(path);
  }

  /** Those of the runs that are not at work whose turn it is. */
  function inTurn() {
    const waiting = runs.all().filter(({ status }) => status !== 'running');
    const first = waiting.length > LOOKS ? turn % waiting.length : 0;
    turn = first + LOOKS;
    return [...waiting, ...waiting].slice(first, first + Math.min(LOOKS, waiting.length));
  }

  return async () => {
    const isRetry = polls++ % RETRY_POLLS === 0;
    for (const { tree } of places) await forEachOf(tree.folders(), AT_ONCE, lookAtFolder);
    const running = runs.all().filter(({ status }) => status === 'running');
    await forEachOf(inTurn(), AT_ONCE, async (entry) => {
      const time = await timeOf(entry.directory);
      const before = entry.changed;
      entry.changed = time;
      if (time !== before || isRecent(time) || (isRetry && entry.status === 'unreadable')) await look(entry.directory);
    });
    await forEachOf(running, AT_ONCE, ({ directory }) => look(directory));
  };
}

/** The time of a folder that isn't there. */
const GONE = -1;

const timeOf = async (path: string): Promise<number> => (await statOf(path))?.mtimeMs ?? GONE;
