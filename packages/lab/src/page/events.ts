import { signal } from '@preact/signals';
import type { LabEvent } from '../api.ts';

/** Whether news arrive. */
export const connection = signal<'connecting' | 'live' | 'lost'>('connecting');

/** Hears what the server tells, of one run the lines too. */
export interface Listener {
  /** Hears the lines of this run from now on; undefined: of none. */
  watch(run: string | undefined): void;
}

/** Waits between attempts after the browser itself has given up, in ms. */
const WAITS = [500, 1000, 2000, 5000];
/** A page that nobody sees gives its connection back after this, in ms: browsers have six for a server, over all their pages. */
const HIDDEN = 30_000;

/**
 * Connects and stays so. The browser connects again by itself, with the id of the last event, and so do we where it gave up; where
 * the server can't go on from there it says `again`. `onOpen` is called whenever a connection begins that has no such id.
 */
export function listen(onEvent: (event: LabEvent) => void, onOpen: () => void): Listener {
  let source: EventSource | undefined;
  let run: string | undefined;
  let last = '';
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const open = () => {
    clearTimeout(timer);
    source?.close();
    const query = new URLSearchParams({ ...(run !== undefined && { run }), ...(last && { 'Last-Event-ID': last }) });
    const own = new EventSource(`/api/events?${query}`);
    source = own;
    own.onopen = () => {
      failures = 0;
      connection.value = 'live';
      if (!last) onOpen();
    };
    own.onmessage = ({ data, lastEventId }: MessageEvent<string>) => {
      if (source !== own) return;
      if (lastEventId) last = lastEventId;
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
  open();

  return {
    watch(next) {
      if (next === run) return;
      run = next;
      open();
    },
  };
}
