import type { Client } from './client-connection.ts';

/** Milliseconds between two looks. */
const INTERVAL = 250;

/** What a process may take for each megabyte that clients may hold: threads need memory of their own, and what is free is not given back at once. */
const SLACK = 2;

/**
 * Watches what Node's limits of threads do not count, memory of typed arrays, while a model takes it within one step: where the whole process holds more
 * than all clients may, the client that has been waiting for an answer longest is sent away, since it is a model at work that takes memory.
 */
export function watchMemory(clients: ReadonlySet<Client>, megabytes: number): { watch(): void; stop(): void } {
  let before = heldByThreads();
  let timer: NodeJS.Timeout | undefined;
  let sending = false;

  function look(): void {
    if (clients.size === 0) {
      stop();
      return;
    }
    const held = heldByThreads() - before;
    if (sending || held <= SLACK * clients.size * megabytes * 2 ** 20) return;
    const [busiest] = [...clients].filter((client) => client.busySince !== undefined).sort(byWait);
    if (busiest === undefined) return;
    sending = true;
    const reason = `its environments took more than ${megabytes} MB of memory`;
    void busiest.sendAway(reason, 'memory').then(() => {
      // What the process keeps of that is nobody's fault.
      before = Math.max(before, heldByThreads());
      sending = false;
    });
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  return {
    watch() {
      if (timer !== undefined) return;
      before = heldByThreads();
      timer = setInterval(look, INTERVAL);
      timer.unref();
    },
    stop,
  };
}

/** Bytes of the process but for what this thread holds itself, which may be a program that serves beside other work. */
function heldByThreads(): number {
  const { rss, heapTotal, external } = process.memoryUsage();
  return rss - heapTotal - external;
}

const byWait = (a: Client, b: Client) => a.busySince! - b.busySince!;
