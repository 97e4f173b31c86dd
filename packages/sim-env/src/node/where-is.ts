import { Session } from 'node:inspector';
import { performance } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

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

const methods = ['Debugger.enable', 'Debugger.pause', 'Debugger.disable'] as const;
const DISABLE = methods.indexOf('Debugger.disable');

/**
 * The stack of a worker that does not come back, found by pausing it in the debugger; undefined where it runs no JavaScript. Blocks
 * meanwhile: the inspector delivers its messages by interrupting the loop.
 */
export function whereIs(threadId: number): string | undefined {
  const session = new Session();
  const urls = new Map<string, string>();
  let frames: readonly CallFrame[] | undefined;
  let released = false;
  let tell: (id: number) => void = () => {};

  function hear({ id, method, params }: Message): void {
    if (method === 'Debugger.scriptParsed') urls.set(params!.scriptId!, params!.url!);
    if (method === 'Debugger.paused') frames = params!.callFrames!;
    if (id === DISABLE) released = true;
  }

  // All threads are known to the main one, those of threads too.
  if (isMainThread) session.connect();
  else session.connectToMainThread();
  try {
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
    spinUntil(() => frames !== undefined);
    // A thread that is still paused cannot be terminated.
    tell(DISABLE);
    if (frames !== undefined) spinUntil(() => released);
  } finally {
    session.disconnect();
  }
  return frames === undefined ? undefined : stackOf(frames, urls);
}

function spinUntil(done: () => boolean): void {
  const deadline = performance.now() + PATIENCE;
  while (!done() && performance.now() < deadline);
}

/** The model's own part of the stack, innermost first, written as V8 writes stacks. */
function stackOf(frames: readonly CallFrame[], urls: ReadonlyMap<string, string>): string {
  return frames
    .map(({ functionName, location }) => ({ functionName, location, url: urls.get(location.scriptId) ?? '' }))
    .filter(({ url }) => !url.startsWith('node:') && !/\/sim-env\/(dist|src)\/node\//.test(url))
    .map(({ functionName, location, url }) => {
      return `at ${functionName || 'anonymous'} (${url}:${location.lineNumber + 1}:${location.columnNumber + 1})`;
    })
    .join('\n    ');
}
