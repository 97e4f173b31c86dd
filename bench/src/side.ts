import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import type { Prepared, Ran, Reply, Request, RunOptions } from './protocol.ts';

/** How to start the process of a side, and what to tell it. */
export interface SideCommand {
  /** For the table, until the side itself says which version it is. */
  readonly name: string;
  readonly program: string;
  readonly script: string;
  /** What the side prepares; it knows the meaning. */
  readonly task: unknown;
  /** Throws where a run did not do its work. */
  check?(ran: Ran): void;
}

/** A side that is ready to run. */
export interface Side {
  readonly prepared: Prepared;
  run(options: RunOptions): Promise<Ran>;
  close(): Promise<void>;
}

/** Says that a side can't be measured here because something is not installed. */
export class MissingError extends Error {}

/** The threads that every side gets. */
export const THREADS = 2;

/**
 * Starts a side and has it prepare.
 *
 * @throws MissingError where its program or a package is not installed; Error where it fails, with its last words.
 */
export async function startSide(command: SideCommand): Promise<Side> {
  const conversation = converse(command);
  try {
    const reply = await conversation.ask({ do: 'prepare', task: command.task });
    if (!('prepared' in reply)) throw new Error(`bench: ${command.name} answered out of turn`);
    return {
      prepared: reply.prepared,
      close: conversation.close,
      run: async (options) => {
        const answer = await conversation.ask({ do: 'run', options });
        if (!('ran' in answer)) throw new Error(`bench: ${command.name} answered out of turn`);
        return answer.ran;
      },
    };
  } catch (error) {
    await conversation.close();
    throw error;
  }
}

interface Conversation {
  ask(request: Request): Promise<Reply>;
  close(): Promise<void>;
}

function converse({ name, program, script }: SideCommand): Conversation {
  const child = spawn(program, [script], { env: sideEnvironment(), stdio: ['pipe', 'pipe', 'pipe'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const lastWords = keepLastWords(child);
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ENOENT' ? new MissingError(program) : error);
    });
  });
  // It may fail while nobody asks; the next question reports it.
  failed.catch(() => undefined);
  child.stdin.on('error', () => undefined);
  return {
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const line = await Promise.race([lines.next(), failed]);
      if (line.done) {
        // A program that can't be started closes its output too; let that be reported first.
        await Promise.race([setImmediate(), failed]);
        throw new Error(`bench: ${name} ended before it answered:\n${lastWords()}`);
      }
      const reply = JSON.parse(line.value) as Reply;
      if ('missing' in reply) throw new MissingError(reply.missing);
      if ('error' in reply) throw new Error(`bench: ${name} failed: ${reply.error}`);
      return reply;
    },
    async close() {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.stdin.end();
      await exited;
    },
  };
}

/** Every side sees the same number of threads, and none of the settings that a workplace makes for one BLAS. */
function sideEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env };
  for (const variable of ['OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'OPENBLAS_NUM_THREADS']) {
    environment[variable] = String(THREADS);
  }
  // Python's onnxruntime, like ours, sends telemetry unless it is told not to.
  environment.ORT_DISABLE_TELEMETRY ||= '1';
  delete environment.OPENBLAS_CORETYPE;
  delete environment.OPENBLAS_L2_SIZE;
  return environment;
}

function keepLastWords(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-4000);
  });
  return () => text.trim();
}
