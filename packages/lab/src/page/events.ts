import { signal } from '@preact/signals';
import type { LabEvent } from '../api.ts';

/** Whether news arrive. */
export const connection = signal<'connecting' | 'live' | 'lost'>('connecting');

/** Hears what the server tells, of one run the lines too. */
export interface Listener {
  /** Begins with what came after an event, or with `again` where none is known. */
  start(after: string | undefined): void;
  /** Hears the lines of this run from now on, those after an event; undefined: of none. */
  watch(run: string | undefined, after?: string): void;
}

/** Waits between attempts after the browser itself has given up, in ms. */
const WAITS = [500, 1000, 2000, 5000];
/** A page that nobody sees gives its connection back after this, in ms: browsers have six for a server, over all their pages. */
const HIDDEN = 30_000;
/** A connection goes on for this long beside the one that follows it, in ms, so that nothing is told between them. */
const OVERLAP = 1000;

/** Connects and stays so. The browser connects again by itself, with the id of the last event, and so do we where it gave up; where the server can't go on from there it says `again`. */
export function listen(onEvent: (event: LabEvent) => void): Listener {
  let source: EventSource | undefined;
  let run: string | undefined;
  let last = '';
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const open = () => {
    clearTimeout(timer);
    const before = source;
    const query = new URLSearchParams({ ...(run !== undefined && { run }), ...(last && { after: last }) });
    const own = new EventSource(`/api/events?${query}`);
    source = own;
    setTimeout(() => before?.close(), OVERLAP);
    own.onopen = () => {
      failures = 0;
      connection.value = 'live';
    };
    own.onmessage = ({ data, lastEventId }: MessageEvent<string>) => {
      if (source === own && lastEventId) last = lastEventId;
      onEvent(JSON.parse(data) as LabEvent);
    };
    own.onerror = () => {
      if (source !== own) return;
      connection.value = 'lost';
      if (own.readyState === EventSource.CLOSED)
        timer = setTimeout(open, WAITS[Math.min(failures++, WAITS.length - 1)]);
    };
  };

  const close = () => {
    clearTimeout(timer);
    source?.close();
    source = undefined;
  };

  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(close, HIDDEN);
    else if (!source || source.readyState === EventSource.CLOSED) open();
  });
  addEventListener('online', () => connection.value === 'lost' && open());

  return {
    start(after) {
      last = after ?? '';
      open();
    },
    watch(next, after) {
      if (next === run) return;
      run = next;
      if (after) last = after;
      open();
    },
  };
}
