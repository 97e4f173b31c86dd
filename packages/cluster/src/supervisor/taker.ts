import type { Cluster, Job, RunId, Versions, WorkerId } from '../cluster.ts';
import type { Timing } from './timing.ts';

/** What a taker is made of. */
export interface TakerParts {
  readonly cluster: Pick<Cluster, 'take' | 'change' | 'refused' | 'status'>;
  readonly worker: WorkerId;
  readonly versions: Versions;
  /** Runs that this worker can't work for. */
  readonly except: ReadonlySet<RunId>;
  /** Whether it ends where nothing is left to do. */
  readonly once: boolean;
  readonly timing: Timing;
  /** Aborted when the worker ends. */
  readonly signal: AbortSignal;
  onNote(note: string): void;
}

/** Asks for units, for all desks of a worker, so that one of them at a time waits for news. Its function gives undefined once the worker ends. */
export function createTaker(parts: TakerParts): () => Promise<Job | undefined> {
  const { cluster, worker, versions, except, timing, signal, onNote } = parts;
  const told = new Set<RunId>();
  let isOver = false;
  let last: Promise<unknown> = Promise.resolve();

  async function tellRefused(): Promise<void> {
    for (const { run, name, requires } of await cluster.refused(versions)) {
      if (told.has(run)) continue;
      told.add(run);
      const own = Object.entries(versions).map(([what, version]) => `${what} ${version}`);
      onNote(
        `This worker takes no units of run ${run} (${name}), which requires ${requires}; it has ${own.join(', ')}.`,
      );
    }
  }

  /** Whether anything is, or may yet be, for this worker to do. */
  async function isOpen(): Promise<boolean> {
    const { runs } = await cluster.status();
    return runs.some(
      ({ id, status, units }) =>
        status === 'offered' && units.waiting + units.active > 0 && !except.has(id) && !told.has(id),
    );
  }

  async function find(): Promise<Job | undefined> {
    for (let quiet = 0; !signal.aborted && !isOver; ) {
      const job = await cluster.take({ worker, versions, except: [...except] });
      if (job !== undefined) {
        if (!signal.aborted) return job;
        await job.release();
        return undefined;
      }
      await tellRefused();
      if (parts.once && !(await isOpen())) {
        if (quiet > 0 && performance.now() - quiet >= timing.once * 1000) isOver = true;
        quiet ||= performance.now();
      } else quiet = 0;
      if (!isOver) await cluster.change(quiet > 0 ? timing.once : timing.poll, signal).catch(unlessAborted(signal));
    }
    return undefined;
  }

  return () => {
    const turn = last.then(find);
    last = turn.catch(() => undefined);
    return turn;
  };
}

const unlessAborted = (signal: AbortSignal) => (error: unknown) => {
  if (!signal.aborted) throw error;
};
