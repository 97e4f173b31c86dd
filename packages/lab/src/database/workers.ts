import type { RunWorker, RunWorkers as Viewed } from '@unbraid/cluster';
import type { RunWorkers, WorkerInfo } from '../api.ts';
import type { DatabaseFollower, FollowedRun } from './follow-database.ts';

/** Milliseconds for which one who has asked is told that there may be news. */
const INTEREST_MS = 30_000;
/** Milliseconds between two such hints: signs of life come every 3 s, units as they end. */
const HINT_MS = 1000;
/** Milliseconds for which an answer is given to others too. */
const FRESH_MS = 500;
/** Runs whose last answer is kept. */
const MOST_RUNS = 100;

/** Who works for the runs of a database. */
export interface WorkersReader {
  /** As it is now, or as it was when the database was last heard of. @throws {RunError} where it can't be reached, and was not asked before */
  of(run: Pick<FollowedRun, 'id' | 'fingerprint' | 'requires'>): Promise<RunWorkers>;
  /** The database was asked for its runs: it is there, and workers may have done something. */
  look(): void;
}

interface Known {
  readonly workers: RunWorkers;
  readonly fingerprint: string;
  /** By this process's clock, in milliseconds. */
  readonly at: number;
}

/** @param onNews there may be news of the workers of a run that somebody asks for */
export function createWorkersReader(
  follower: Pick<DatabaseFollower, 'ask'>,
  onNews: (fingerprint: string) => void,
): WorkersReader {
  const known = new Map<string, Known>();
  const asked = new Map<string, number>();
  let told = 0;

  function aged({ workers, at }: Known): RunWorkers {
    const age = (performance.now() - at) / 1000;
    const older = (each: WorkerInfo): WorkerInfo => ({
      ...each,
      heard: each.heard + age,
      active: each.active.map((unit) => ({ ...unit, seconds: unit.seconds + age })),
    });
    return { ...workers, workers: workers.workers.map(older), age };
  }

  return {
    async of({ id, fingerprint, requires }) {
      const now = performance.now();
      asked.set(fingerprint, now);
      const before = known.get(id);
      if (before !== undefined && now - before.at < FRESH_MS) return aged(before);
      try {
        const viewed = await follower.ask((view) => view.workers(id));
        const fresh = { workers: workersOf(viewed, requires), fingerprint, at: performance.now() };
        known.delete(id);
        known.set(id, fresh);
        const [oldest] = known.keys();
        if (known.size > MOST_RUNS && oldest !== undefined) known.delete(oldest);
        return fresh.workers;
      } catch (error) {
        if (before === undefined) throw error;
        return aged(before);
      }
    },
    look() {
      const now = performance.now();
      if (now - told < HINT_MS) return;
      told = now;
      for (const [fingerprint, at] of asked) {
        if (now - at > INTEREST_MS) asked.delete(fingerprint);
        else onNews(fingerprint);
      }
    },
  };
}

const workersOf = ({ workers, free }: Viewed, requires: string): RunWorkers => ({
  workers: workers.map(infoOf),
  free,
  requires,
  age: 0,
});

function infoOf({ silent, active, secondsPerUnit, unitsPerHour, versions: _, ...worker }: RunWorker): WorkerInfo {
  return {
    ...worker,
    active: active.map(({ key, taken }) => ({ key, seconds: taken })),
    heard: silent,
    ...(secondsPerUnit !== undefined && { secondsPerUnit }),
    ...(unitsPerHour !== undefined && { unitsPerHour }),
  };
}
