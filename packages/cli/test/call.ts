import { EventEmitter } from 'node:events';
import { main } from '../src/cli.ts';
import type { Io } from '../src/io.ts';
import { createRegistry } from '../src/registry.ts';
import { adder } from './adder.js';

export interface Called {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Files that were to be shown. */
  readonly opened: readonly string[];
}

/** What the command touches, as far as tests let it: nothing. */
export const ioOf = (changes: Partial<Io> = {}): Io => {
  const output = { isTTY: false, columns: 80, write: async () => undefined };
  return {
    registry: createRegistry({ test: async () => [adder] }),
    stdout: output,
    stderr: output,
    signals: new EventEmitter(),
    whenNpmEnds: () => () => undefined,
    exit: () => undefined,
    program: 'npx unbraid',
    debug: false,
    open: async () => undefined,
    ...changes,
  };
};

/** Calls the command in this process, with the experiments of the tests. */
export async function call(args: readonly string[], changes: Partial<Io> = {}): Promise<Called> {
  const texts = { stdout: '', stderr: '' };
  const opened: string[] = [];
  const output = (name: keyof typeof texts) => ({
    isTTY: false,
    columns: 80,
    write: async (text: string) => {
      texts[name] += text;
    },
  });
  const outputs = { stdout: output('stdout'), stderr: output('stderr') };
  const code = await main(args, ioOf({ ...outputs, open: async (path) => void opened.push(path), ...changes }));
  return { code, ...texts, opened };
}
