import { Worker } from 'node:worker_threads';
import { loadable } from '../node/loadable.ts';
import type { Limits } from './limits.ts';

/** What a session's thread is started with. */
export interface SessionStart {
  /** Addresses of modules. */
  readonly modules: readonly string[];
  readonly environments: number;
}

/** What all sessions of a server have in common. */
export interface SessionSettings {
  readonly modules: readonly string[];
  readonly execArgv: readonly string[] | undefined;
  readonly limits: Limits;
}

/** The thread of one client's session, seen from the server. */
export interface SessionThread {
  /** Messages whose replies have not come. */
  readonly pending: number;
  send(message: Uint8Array<ArrayBuffer>): void;
  /** Closes the environments; ends the thread by force if that takes longer than a moment. */
  stop(): Promise<void>;
}

export interface SessionEvents {
  reply(message: Uint8Array): void;
  /** The thread has ended, or has been ended, with something unanswered or unasked. */
  failed(reason: string): void;
}

/** Milliseconds that environments have to close. */
const CLOSING = 3000;

// The compiler rewrites the endings of imports, not of addresses.
const sessionMain = loadable(new URL(`./session-main${import.meta.url.slice(-3)}`, import.meta.url).href);

export function startSession({ modules, execArgv, limits }: SessionSettings, events: SessionEvents): SessionThread {
  const start: SessionStart = { modules: modules.map(loadable), environments: limits.environments };
  const worker = new Worker(new URL(sessionMain), {
    workerData: start,
    ...(execArgv !== undefined && { execArgv: [...execArgv] }),
    resourceLimits: { maxOldGenerationSizeMb: limits.memoryMegabytes },
  });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  let pending = 0;
  let over = false;
  let timer: NodeJS.Timeout | undefined;

  function fail(reason: string): void {
    if (over) return;
    over = true;
    clearTimeout(timer);
    void worker.terminate();
    events.failed(reason);
  }

  /** One timer is enough: answers come one after another. */
  function watch(): void {
    clearTimeout(timer);
    if (pending === 0) return;
    const late = `the answer took longer than ${limits.answerSeconds} s`;
    timer = setTimeout(() => fail(late), 1000 * limits.answerSeconds);
  }

  worker.on('message', (reply: Uint8Array) => {
    pending--;
    watch();
    if (!over) events.reply(reply);
  });
  worker.on('error', (error) => fail(error.message));
  worker.on('exit', () => fail('its thread ended'));

  return {
    get pending() {
      return pending;
    },
    send(message) {
      pending++;
      if (pending === 1) watch();
      worker.postMessage(message, [message.buffer]);
    },
    async stop() {
      over = true;
      clearTimeout(timer);
      worker.postMessage(null);
      const force = setTimeout(() => void worker.terminate(), CLOSING);
      await exited;
      clearTimeout(force);
    },
  };
}
