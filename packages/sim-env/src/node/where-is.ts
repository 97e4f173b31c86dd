import { Session } from 'node:inspector';
import { performance } from 'node:perf_hooks';
import { isMainThread, Worker } from 'node:worker_threads';
import { loadable } from './loadable.ts';

interface CallFrame {
  readonly functionName: string;
  /** Both count from 0. */
  readonly location: { readonly scriptId: string; readonly lineNumber: number; readonly columnNumber: number };
}

/** The messages of the Chrome DevTools protocol that matter here. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly callFrames?: readonly CallFrame[]; readonly scriptId?: string; readonly url?: string };
}

/** Milliseconds. A thread at work answers within a few; one that waits in native code never does. */
const PATIENCE = 1000;
/** Milliseconds that a helper has, which may have to start, and that others wait for it. */
const HELPERS_PATIENCE = 6000;
const PATIENCE_WITH_HELPERS = 20_000;
/** Bytes of a stack. */
const ROOM = 2 ** 14;

const methods = ['Debugger.enable', 'Debugger.pause', 'Debugger.disable'] as const;
const DISABLE = methods.indexOf('Debugger.disable');

/**
 * The stack of a worker that does not come back, found by pausing it in the debugger; undefined where it runs no JavaScript. Blocks
 * meanwhile.
 */
export function whereIs(threadId: number, helper: Helper = startHelper): string | undefined {
  return isMainThread ? whereIsFromMain(threadId) : whereIsByHelper(threadId, helper);
}

/** The inspector delivers its messages to the main thread by interrupting the loop that waits for them. */
function whereIsFromMain(threadId: number): string | undefined {
  const session = new Session();
  session.connect();
  const search = createSearch(session, threadId);
  try {
    spinUntil(() => search.stack() !== undefined);
    search.release();
    if (search.stack() !== undefined) spinUntil(search.released);
  } finally {
    session.disconnect();
  }
  return search.stack();
}

/** Gets a thread that does not wait itself to `help`. */
export type Helper = (start: HelperStart) => void;

export interface HelperStart {
  readonly threadId: number;
  /** For the number of the stack's bytes, then the bytes; −1 where there is no stack. */
  readonly shared: SharedArrayBuffer;
}

// The compiler rewrites the endings of imports, not of addresses.
const helperMain = loadable(new URL(`./where-is-helper${import.meta.url.slice(-3)}`, import.meta.url).href);

/** To other threads it delivers them when they are idle, which this one is not; so another one helps. */
function whereIsByHelper(threadId: number, helper: Helper): string | undefined {
  const shared = new SharedArrayBuffer(4 + ROOM);
  const words = new Int32Array(shared, 0, 1);
  helper({ threadId, shared });
  Atomics.wait(words, 0, 0, PATIENCE_WITH_HELPERS);
  const length = Atomics.load(words, 0);
  return length > 0 ? Buffer.from(new Uint8Array(shared, 4, length)).toString() : undefined;
}

/** It ends by itself: ended before it has let the thread go on, it would leave a thread behind that nobody can end. */
function startHelper(start: HelperStart): void {
  const helper = new Worker(new URL(helperMain), { workerData: start, execArgv: [] });
  helper.on('error', () => {});
  helper.unref();
}

/**
 * Finds the stack of a thread and hands it to the one that waits for it. For a thread whose loop is free, as the main one, which knows all threads,
 * has to be too.
 *
 * @param connect to the main thread's inspector
 */
export async function help({ threadId, shared }: HelperStart, connect: (session: Session) => void): Promise<void> {
  const session = new Session();
  connect(session);
  const search = createSearch(session, threadId);
  await eventually(() => search.stack() !== undefined);
  search.release();
  await eventually(search.released);
  session.disconnect();
  const bytes = Buffer.from(search.stack() ?? '').subarray(0, ROOM);
  new Uint8Array(shared, 4).set(bytes);
  const words = new Int32Array(shared, 0, 1);
  Atomics.store(words, 0, bytes.length === 0 ? -1 : bytes.length);
  Atomics.notify(words, 0);
}

async function eventually(done: () => boolean): Promise<void> {
  const deadline = performance.now() + HELPERS_PATIENCE;
  while (!done() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
}

function spinUntil(done: () => boolean): void {
  const deadline = performance.now() + PATIENCE;
  while (!done() && performance.now() < deadline);
}

interface Search {
  stack(): string | undefined;
  /** Lets the thread go on: one that is still paused cannot be terminated. */
  release(): void;
  released(): boolean;
}

/** Pauses a thread in the debugger by a session that is connected. */
function createSearch(session: Session, threadId: number): Search {
  const urls = new Map<string, string>();
  let frames: readonly CallFrame[] | undefined;
  let released = false;
  let tell: (id: number) => void = () => {};

  function hear({ id, method, params }: Message): void {
    if (method === 'Debugger.scriptParsed') urls.set(params!.scriptId!, params!.url!);
    if (method === 'Debugger.paused') frames = params!.callFrames!;
    if (id === DISABLE) released = true;
  }

  session.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }) => {
    // The id counts the workers of this session; the title, `[worker 3]`, has the thread's.
    if (!workerInfo.title.startsWith(`[worker ${threadId}]`)) return;
    tell = (id) => {
      const message = JSON.stringify({ id, method: methods[id] });
      session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
    };
    tell(0);
    tell(1);
  });
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => hear(JSON.parse(params.message) as Message));
  session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  return {
    stack: () => (frames === undefined ? undefined : stackOf(frames, urls)),
    release: () => tell(DISABLE),
    released: () => released,
  };
}

/** The model's own part of the stack, innermost first, written as V8 writes stacks. */
function stackOf(frames: readonly CallFrame[], urls: ReadonlyMap<string, string>): string {
  return frames
    .map(({ functionName, location }) => ({ functionName, location, url: urls.get(location.scriptId) ?? '' }))
    .filter(
      ({ url }) => !url.startsWith('node:') && !/\/sim-env\/(dist|src)\/(decisions|env|node|server|vector)\//.test(url),
    )
    .map(({ functionName, location, url }) => {
      return `at ${functionName || 'anonymous'} (${url}:${location.lineNumber + 1}:${location.columnNumber + 1})`;
    })
    .join('\n    ');
}
