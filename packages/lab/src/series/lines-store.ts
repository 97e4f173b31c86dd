import { readConfig } from '@unbraid/experiment/directory';
import type { Declared } from './describe-metrics.ts';
import { openRunLog, type RunLog } from './run-log.ts';

/** A run, and what its experiment says of its columns. */
export interface KnownLines {
  readonly log: RunLog;
  readonly declared: Declared;
}

/** Lines of runs, held in memory up to a bound. */
export interface LinesStore {
  /** Read up to now. */
  open(run: { readonly id: string; readonly directory: string }): Promise<KnownLines>;
  /** As far as they are held. */
  known(id: string): RunLog | undefined;
  /** Keeps them in memory until it is called off, since somebody watches them. */
  hold(run: { readonly id: string; readonly directory: string }): () => void;
  /** The run's lines may be written anew. */
  forget(id: string): void;
  remove(id: string): void;
  /** That are held. */
  bytes(): number;
}

interface Held extends KnownLines {
  holders: number;
}

/** @param mostBytes after which lines that were not asked for the longest are let go */
export function createLinesStore(mostBytes: number): LinesStore {
  /** In the order in which they were asked for. */
  const held = new Map<string, Held>();

  const bytes = () => [...held.values()].reduce((sum, { log }) => sum + log.bytes(), 0);

  function makeRoom(kept: string): void {
    let total = bytes();
    for (const [id, { log, holders }] of held) {
      if (total <= mostBytes) return;
      if (id === kept || holders > 0) continue;
      total -= log.bytes();
      held.delete(id);
    }
  }

  async function open({ id, directory }: { readonly id: string; readonly directory: string }): Promise<Held> {
    let entry = held.get(id);
    if (entry === undefined) {
      const declared = await declaredIn(directory);
      entry = held.get(id) ?? { log: openRunLog(directory), declared, holders: 0 };
    }
    held.delete(id);
    held.set(id, entry);
    await entry.log.advance();
    makeRoom(id);
    return entry;
  }

  return {
    open,
    known: (id) => held.get(id)?.log,
    hold(run) {
      let isHeld = true;
      const opened = open(run);
      const count = async (step: number) => {
        const entry = await opened.catch(() => undefined);
        if (entry !== undefined) entry.holders += step;
      };
      void count(1);
      return () => {
        if (isHeld) void count(-1);
        isHeld = false;
      };
    },
    forget: (id) => held.get(id)?.log.forget(),
    remove: (id) => void held.delete(id),
    bytes,
  };
}

/** Of a run that can't be read nothing is known. */
async function declaredIn(directory: string): Promise<Declared> {
  try {
    return (await readConfig(directory)).about.metrics ?? {};
  } catch {
    return {};
  }
}
