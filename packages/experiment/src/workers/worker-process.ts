import { type ChildProcess, fork } from 'node:child_process';
import type { FromWorker, ToWorker } from './protocol.ts';

/** A program that becomes a worker: it calls `serveWorker`. */
export interface WorkerProgram {
  /** Path of the module that Node runs. */
  readonly module: string;
  /** Words that the program finds in `process.argv`. */
  readonly args?: readonly string[];
  /** Node's own options. @defaultValue those of this process */
  readonly execArgv?: readonly string[];
  /** @defaultValue the environment of this process */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** @defaultValue the folder that this process works in */
  readonly cwd?: string;
}

/** What a worker is started with. */
export interface WorkerStart {
  /** Its share of the cores, which it finds as `UNBRAID_THREADS`. */
  readonly threads: number;
  onMessage(message: FromWorker): void;
}

/** How a worker's process ended. */
export interface WorkerEnd {
  /** Its exit code; null where a signal ended it, or where it could not be started. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** For people: `exit code 3`, `SIGKILL`, or why it could not be started. */
  readonly how: string;
}

/** The process of a worker, seen from whoever started it. */
export interface WorkerProcess {
  readonly pid: number | undefined;
  /** Does nothing once the process has ended. */
  send(message: ToWorker): void;
  /** The end, at most 16,000 characters, of what it printed so far, on stdout and stderr together. */
  printed(): string;
  /** Comes after the last message; never rejects. */
  readonly ended: Promise<WorkerEnd>;
  /** Tells it to save what can be saved and to end, and kills it where it hasn't ended `seconds` later. */
  stop(seconds: number): Promise<WorkerEnd>;
  /** Ends it at once, even where it is paused. */
  kill(): void;
}

const KEPT_CHARACTERS = 16_000;
/** Something that the worker has started may hold its streams open. */
const LATE_OUTPUT_MS = 2000;

/** Starts the process of a worker. It ends itself where this process ends, however that comes. */
export function startWorker(program: WorkerProgram, { threads, onMessage }: WorkerStart): WorkerProcess {
  const child = fork(program.module, program.args ?? [], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...(program.environment ?? process.env), UNBRAID_THREADS: String(threads) },
    ...(program.execArgv !== undefined && { execArgv: [...program.execArgv] }),
    ...(program.cwd !== undefined && { cwd: program.cwd }),
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (part: string) => {
      text = (text + part).slice(-KEPT_CHARACTERS);
    });
  }
  child.on('message', (message) => onMessage(message as FromWorker));
  const ended = endOf(child);
  const kill = () => void child.kill('SIGKILL');
  const send = (message: ToWorker) => {
    // What a process that is ending doesn't hear any more is no error: its end is told.
    if (child.connected) child.send(message, () => undefined);
  };
  return {
    pid: child.pid,
    send,
    printed: () => text,
    ended,
    async stop(seconds) {
      send({ type: 'stop' });
      const timer = setTimeout(kill, seconds * 1000);
      try {
        return await ended;
      } finally {
        clearTimeout(timer);
      }
    },
    kill,
  };
}

function endOf(child: ChildProcess): Promise<WorkerEnd> {
  return new Promise((resolve) => {
    const end = (code: number | null, signal: NodeJS.Signals | null) =>
      resolve({ code, signal, how: signal ?? `exit code ${code}` });
    child.on('error', (error) => {
      // Of a message or a signal that didn't reach it: its end comes by itself.
      if (child.pid === undefined) resolve({ code: null, signal: null, how: error.message });
    });
    child.on('close', end);
    child.on('exit', (code, signal) => setTimeout(() => end(code, signal), LATE_OUTPUT_MS).unref());
  });
}
