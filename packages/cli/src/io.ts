import type { WorkerProgram } from '@unbraid/experiment/workers';
import type { Registry } from './registry.ts';

/** A stream that text goes to. `write` ends when the text has left; a reader that went away is no error. */
export interface Output {
  write(text: string): Promise<void>;
  readonly isTTY: boolean;
  /** Characters a line holds. */
  readonly columns: number;
}

/** Where signals come from: the process, or a test. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', listener: () => void): unknown;
}

/** Everything that the command touches outside of run directories. */
export interface Io {
  readonly registry: Registry;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly signals: SignalSource;
  /** Calls the listener where npm started the process and ends before it; returns what ends that. */
  whenNpmEnds(listener: () => void): () => void;
  /** The program that becomes a worker of a run, with this registry; undefined where no process can be started. */
  readonly worker?: WorkerProgram | undefined;
  /** Ends the process at once. */
  exit(code: number): void;
  /** How a user calls this command: `npx @unbraid/cli`. */
  readonly program: string;
  /** Prints stacks of errors. */
  readonly debug: boolean;
  /** Shows a file in the user's browser. */
  open(path: string): Promise<void>;
}

/** What the command ends with. */
export const exitCodes = { done: 0, failed: 1, badUsage: 2, interrupted: 130 } as const;
