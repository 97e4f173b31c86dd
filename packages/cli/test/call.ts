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
  const code = await main(args, {
    registry: createRegistry({ test: async () => [adder] }),
    stdout: output('stdout'),
    stderr: output('stderr'),
    signals: new EventEmitter(),
    whenNpmEnds: () => () => undefined,
    exit: () => undefined,
    program: 'npx unbraid',
    debug: false,
    open: async (path) => void opened.push(path),
    ...changes,
  });
  return { code, ...texts, opened };
}
