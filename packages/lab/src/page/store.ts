import { signal } from '@preact/signals';
import type { Lab, LabEvent, RunRow } from '../api.ts';
import { api } from './api-client.ts';
import { type Listener, listen } from './events.ts';

/** What is at work here; undefined until the server has said so. */
export const lab = signal<Lab | undefined>(undefined);
/** All runs by their ids. */
export const runs = signal<ReadonlyMap<string, RunRow>>(new Map());
/** Whether the list has been heard of, and why not. */
export const listState = signal<{ readonly ready: boolean; readonly error?: string }>({ ready: false });
/** What was just done, for those who don't see it. */
export const announcement = signal('');

type Hear = (event: LabEvent) => void;
const hearers = new Set<Hear>();
let listener: Listener | undefined;
let waiting: LabEvent[] = [];
let loading = false;

/** Asks for the list and follows it. */
export function startStore(): void {
  void loadLab();
  listener = listen(hear);
  void load().then((event) => listener?.start(event));
}

/** Hears every event; gives what ends it. */
export function onEvent(hearer: Hear): () => void {
  hearers.add(hearer);
  return () => hearers.delete(hearer);
}

/** Hears the lines of this run after an event; gives what ends it. */
export function watchRun(id: string, after: string): () => void {
  listener?.watch(id, after);
  return () => listener?.watch(undefined);
}

/** Takes a row that a view has got; an older one changes nothing. */
export function putRow(row: RunRow): void {
  hear({ type: 'run', run: row });
}

const fail = (error: Error) => {
  listState.value = { ready: listState.peek().ready, error: error.message };
};

async function loadLab(): Promise<void> {
  try {
    lab.value = await api.lab();
  } catch (error) {
    fail(error as Error);
  }
}

/** Asks for the list; gives the newest event that it has in it. */
async function load(): Promise<string | undefined> {
  if (loading) return undefined;
  loading = true;
  try {
    const { runs: rows, event } = await api.runs();
    const known = runs.peek();
    runs.value = new Map(rows.map((row) => [row.id, newer(known.get(row.id), row)]));
    listState.value = { ready: true };
    return event;
  } catch (error) {
    fail(error as Error);
    return undefined;
  } finally {
    loading = false;
  }
}

const newer = (known: RunRow | undefined, row: RunRow): RunRow =>
  known && known.revision > row.revision ? known : row;

/** Rows are taken once a frame: thousands may change at once. */
function hear(event: LabEvent): void {
  if (event.type === 'again') void load();
  if (event.type === 'again' || event.type === 'lab') void loadLab();
  if (event.type === 'run' || event.type === 'gone') {
    if (waiting.length === 0) setTimeout(take, 16);
    waiting.push(event);
  }
  for (const hearer of hearers) hearer(event);
}

function take(): void {
  const next = new Map(runs.peek());
  for (const event of waiting) {
    if (event.type === 'gone') next.delete(event.id);
    else if (event.type === 'run') next.set(event.run.id, newer(next.get(event.run.id), event.run));
  }
  waiting = [];
  runs.value = next;
}
