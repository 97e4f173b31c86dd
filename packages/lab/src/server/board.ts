import { randomBytes } from 'node:crypto';
import type { LabEvent } from '../api.ts';
import type { RunStore } from '../runs/run-store.ts';

/** Runs that are gone and still told of. */
const MOST_GONE = 10_000;

/** An event with its number. */
export interface Numbered {
  readonly number: number;
  readonly event: LabEvent;
}

/**
 * What changed, by numbers that count up. Nothing is queued for anybody: of each run only its newest change is known, so that whoever comes late or reads slowly hears how
 * things stand, and what is held doesn't grow.
 */
export interface Board {
  /** The number of the newest change. */
  newest(): number;
  /** Changes after a number, in their order; undefined where they are no longer known. @param run whose outputs are told of */
  since(number: number, run: string | undefined): Numbered[] | undefined;
  /** Tells this server's numbers from those of another. */
  readonly epoch: string;
  /** @returns what ends it */
  listen(listener: () => void): () => void;
  close(): void;
}

/** Begins with number 0, at which all that the store has is known. */
export function createBoard(store: RunStore): Board {
  const changes = new Map<string, number>();
  const outputs = new Map<string, number>();
  const workers = new Map<string, number>();
  const gone = new Map<string, number>();
  /** When what is at work here last changed. */
  let lab = 0;
  const listeners = new Set<() => void>();
  let newest = 0;
  /** What was gone before this number is forgotten. */
  let floor = 0;

  const stop = store.listen((news) => {
    if (news.type === 'session' || news.type === 'lines') return;
    newest++;
    if (news.type === 'outputs') outputs.set(news.id, newest);
    else if (news.type === 'workers') workers.set(news.id, newest);
    else if (news.type === 'lab') lab = newest;
    else if (news.type === 'run') {
      gone.delete(news.run.id);
      changes.set(news.run.id, newest);
    } else {
      changes.delete(news.id);
      outputs.delete(news.id);
      workers.delete(news.id);
      gone.set(news.id, newest);
      for (const [id, number] of gone) {
        if (gone.size <= MOST_GONE) break;
        gone.delete(id);
        floor = number;
      }
    }
    for (const listener of listeners) listener();
  });

  return {
    epoch: randomBytes(6).toString('hex'),
    newest: () => newest,
    since(number, run) {
      if (number < floor || number > newest) return undefined;
      const found: Numbered[] = [];
      for (const [id, at] of changes) {
        const row = at > number ? store.get(id)?.row : undefined;
        if (row !== undefined) found.push({ number: at, event: { type: 'run', run: row } });
      }
      for (const [id, at] of workers) if (at > number) found.push({ number: at, event: { type: 'workers', id } });
      if (lab > number) found.push({ number: lab, event: { type: 'lab' } });
      for (const [id, at] of gone) if (at > number) found.push({ number: at, event: { type: 'gone', id } });
      const put = run === undefined ? undefined : outputs.get(run);
      if (run !== undefined && put !== undefined && put > number)
        found.push({ number: put, event: { type: 'outputs', id: run } });
      return found.sort((a, b) => a.number - b.number);
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      stop();
      listeners.clear();
    },
  };
}
