import { Worker } from 'node:worker_threads';
import { RunError } from '../errors.ts';
import type { FromWorker, ToWorker, WorkerPort } from './protocol.ts';
import { type ServeOptions, serveUnits } from './serve-units.ts';

/** Of a terminal or a service manager, which tell all processes of a group: whoever started the worker tells it what to do. */
const LEFT_TO_THE_PARENT = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const PROGRESS_MS = 100;

/**
 * Makes this process, which `startWorker` started, a worker: it does units that it is given, ignores Ctrl-C, which its parent hears, and ends when it is told to, or when its
 * parent is gone. Never returns.
 */
export async function serveWorker(options: ServeOptions): Promise<never> {
  const port = channelOfParent();
  for (const signal of LEFT_TO_THE_PARENT) process.on(signal, () => undefined);
  process.on('disconnect', () => process.exit(0));
  process.on('warning', ({ name, message }) => port.send({ type: 'note', note: `${name}: ${message}` }));
  endWithParent();
  await serveUnits(port, options);
  await port.sent();
  // Threads and timers of an experiment must not keep the process.
  process.exit(0);
}

/** @throws RunError where the process has no channel */
function channelOfParent(): WorkerPort & { sent(): Promise<unknown> } {
  if (process.send === undefined)
    throw new RunError('experiment: a worker is started by a run: this process has no channel to one');
  let last: Promise<unknown> = Promise.resolve();
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    send(message: FromWorker) {
      // Told of every step of a small fit, whoever listens would have no time left.
      if (message.type === 'progress') {
        if (performance.now() - shownAt < PROGRESS_MS) return;
        shownAt = performance.now();
      }
      last = new Promise((resolve) => process.send?.(message, undefined, undefined, resolve));
    },
    listen: (listener) => void process.on('message', (message) => listener(message as ToWorker)),
    sent: () => last,
  };
}

/** The end of the channel is an event, which is heard when a computation leaves a turn of the event loop; a thread sees at once that the parent is gone. */
function endWithParent(): void {
  const watch = `
    const parent = process.ppid;
    const isThere = () => {
      if (process.ppid !== parent) return false;
      try { process.kill(parent, 0); } catch (error) { return error.code === 'EPERM'; }
      return true;
    };
    setInterval(() => { if (!isThere()) process.kill(process.pid, 'SIGKILL'); }, 1000);`;
  new Worker(watch, { eval: true, stdin: false, resourceLimits: { maxOldGenerationSizeMb: 8 } }).unref();
}
