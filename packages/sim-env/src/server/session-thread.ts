import { Worker } from 'node:worker_threads';
import { loadable } from '../node/loadable.ts';
import { type HelperStart, help, whereIs } from '../node/where-is.ts';
import type { Limits } from './limits.ts';
import type { ErrorKind, ErrorReply } from './protocol.ts';
import type { Starts } from './starts.ts';
import type { Turns } from './turns.ts';
import { encodeMessage } from './wire.ts';

/** What a session's thread is started with. */
export interface SessionStart {
  /** Addresses of modules. */
  readonly modules: readonly string[];
  readonly limits: Limits;
  /** Whose turn it is to start threads of models, and this session's place in that. */
  readonly turns: Int32Array;
  readonly place: number;
}

/** What all sessions of a server have in common. */
export interface SessionSettings {
  readonly modules: readonly string[];
  readonly execArgv: readonly string[] | undefined;
  readonly limits: Limits;
  /** Of sessions. */
  readonly starts: Starts;
  /** Of the threads of their models. */
  readonly turns: Turns;
}

/** The thread of one client's session, seen from the server. */
export interface SessionThread {
  /** Messages whose replies have not come. */
  readonly pending: number;
  /** When the message came that is being answered. */
  readonly busySince: number | undefined;
  send(message: Uint8Array<ArrayBuffer>): void;
  /** Closes the environments; ends the thread by force if that takes longer than a moment, or its start longer than a thread may take. */
  stop(): Promise<void>;
  /** Ends it at once, with an error in place of the answer that is waited for. */
  fail(kind: ErrorKind, message: string): void;
}

export interface SessionEvents {
  reply(message: Uint8Array): void;
  /** The thread has ended, or has been ended, with something unanswered or unasked. */
  failed(reason: string): void;
}

/** What a session's thread says when it can answer. */
export const READY = 'ready';

/** Milliseconds that environments have to close. */
const CLOSING = 3000;

// The compiler rewrites the endings of imports, not of addresses.
const sessionMain = loadable(new URL(`./session-main${import.meta.url.slice(-3)}`, import.meta.url).href);

/**
 * A session, whose thread starts when it is its turn. Messages wait for that, and the time for an answer begins with it: with many clients at once, nobody
 * runs out of time because others come first.
 */
export function startSession(settings: SessionSettings, events: SessionEvents): SessionThread {
  const { limits, starts } = settings;
  const answerTime = 1000 * limits.answerSeconds;
  const early: Uint8Array<ArrayBuffer>[] = [];
  let worker: Worker | undefined;
  let exited = Promise.resolve();
  let ready = false;
  let pending = 0;
  let busySince: number | undefined;
  let over = false;
  let timer: NodeJS.Timeout | undefined;

  function fail(kind: ErrorKind, message: string): void {
    if (over) return;
    over = true;
    rest();
    void worker?.terminate();
    // The whole of it, for which a closing frame has no room.
    const reply: ErrorReply = { id: null, error: { kind, message } };
    if (pending > 0) events.reply(encodeMessage(reply));
    events.failed(message.replace(/^sim-env: /, ''));
  }

  function late(): void {
    const where = whereIs(worker!.threadId);
    const place = where === undefined ? '' : `; the model is ${where}`;
    fail('timeout', `sim-env: the answer took longer than ${limits.answerSeconds} s${place}`);
  }

  /** Answers come one after another. A timer for each takes longer than many an answer: one is enough, which looks what is left. */
  function watch(): void {
    busySince = pending === 0 ? undefined : performance.now();
    if (pending > 0) timer ??= setTimeout(look, answerTime);
  }

  function look(): void {
    timer = undefined;
    if (busySince === undefined) return;
    const left = answerTime - (performance.now() - busySince);
    if (left <= 0) late();
    else timer = setTimeout(look, left);
  }

  function rest(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  const post = (message: Uint8Array<ArrayBuffer>) => worker!.postMessage(message, [message.buffer]);

  function begin(started: () => void): void {
    const begun = startThread(settings);
    worker = begun.worker;
    exited = begun.exited;
    void exited.then(started);
    // A module that never finishes loading would keep its place, and others from starting.
    timer = setTimeout(
      () => fail('state', `sim-env: the modules did not load within ${limits.answerSeconds} s`),
      answerTime,
    );
    worker.on('message', (message: Uint8Array | typeof READY | { readonly locate: HelperStart }) => {
      if (message === READY) {
        started();
        ready = true;
        rest();
        watch();
        for (const one of early.splice(0)) post(one);
        return;
      }
      if ('locate' in message) return void help(message.locate, (session) => session.connect());
      pending--;
      watch();
      if (!over) events.reply(message);
    });
    worker.on('error', (error) => fail(...faultOf(error, limits)));
    worker.on('exit', (code) => {
      fail('model', `sim-env: the environments' thread has ended with code ${code}; did a model call process.exit?`);
    });
  }

  void starts.turn().then((started) => (over ? started() : begin(started)));

  return {
    fail,
    get pending() {
      return pending;
    },
    get busySince() {
      return busySince;
    },
    send(message) {
      pending++;
      if (!ready) return void early.push(message);
      if (pending === 1) watch();
      post(message);
    },
    async stop() {
      over = true;
      rest();
      worker?.postMessage(null);
      // A thread that is ended while it loads modules leaves their files open, of which a process may have so many; it ends by itself once it has loaded them.
      const force = setTimeout(() => void worker?.terminate(), ready ? CLOSING : 1000 * limits.startSeconds);
      await exited;
      clearTimeout(force);
    },
  };
}

function startThread({ modules, execArgv, limits, turns }: SessionSettings): {
  readonly worker: Worker;
  readonly exited: Promise<void>;
} {
  const place = turns.enter();
  const start: SessionStart = { modules: modules.map(loadable), limits, turns: turns.words, place };
  const worker = new Worker(new URL(sessionMain), {
    workerData: start,
    ...(execArgv !== undefined && { execArgv: [...execArgv] }),
    resourceLimits: { maxOldGenerationSizeMb: limits.memoryMegabytes },
  });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  return { worker, exited: exited.then(() => turns.leave(place)) };
}

function faultOf(error: Error, { memoryMegabytes }: Limits): [ErrorKind, string] {
  if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') {
    return ['state', `sim-env: ${error.message.replace(/^sim-env: /, '')}`];
  }
  return [
    'model',
    `sim-env: the environments took more than ${memoryMegabytes} MB, the memory limit (memoryMegabytes)`,
  ];
}
