import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { fileWithoutTimes, withoutTimes } from '../../experiment/test/without-times.ts';
import { temporaryFolder } from './folders.ts';

/** The command with the experiments `test/groups` and `test/large`. */
export const entry = fileURLToPath(new URL('cluster-entry.js', import.meta.url));
export const bin = fileURLToPath(new URL('../bin/unbraid.js', import.meta.url));

export const newRun = () => join(temporaryFolder(), 'run');
export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the command as a process that is gone when the test has finished. */
export function start(args: readonly string[], { program = entry, env = {} as Record<string, string> } = {}) {
  const temporary = temporaryFolder();
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: temporary, ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  const ended = new Promise<Ended>((done) => child.on('close', (code, signal) => done({ code, signal, ...texts })));
  return { child, ended, texts, temporary };
}

export async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await is())) await pause(20);
}

/** Everything that a run leaves for its reader, without what is a time or tells of processes. */
export function resultOf(out: string) {
  const files = (folder: string) =>
    existsSync(join(out, folder))
      ? readdirSync(join(out, folder)).map((name) => [name, readFileSync(join(out, folder, name), 'latin1')])
      : [];
  const json = (name: string) => withoutTimes(JSON.parse(readFileSync(join(out, name), 'utf8')));
  const { workers: _, ...summary } = json('summary.json') as Record<string, unknown>;
  const lines = readFileSync(join(out, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  return {
    summary,
    lines: lines.map((line) => withoutTimes(JSON.parse(line))),
    units: fileWithoutTimes('timeline.jsonl', readFileSync(join(out, 'timeline.jsonl'), 'utf8')),
    outputs: json('outputs.json'),
    figures: files('figures'),
    artifacts: files('artifacts'),
    unfinished: readdirSync(join(out, 'checkpoints')).filter((name) => name.endsWith('.tmp')),
  };
}

export const statusOf = (out: string): string => JSON.parse(readFileSync(join(out, 'state.json'), 'utf8')).status;

/** Units whose checkpoints are in the run's directory. */
export const unitsDone = (out: string): number =>
  existsSync(join(out, 'checkpoints'))
    ? readdirSync(join(out, 'checkpoints')).filter((name) => /^unit-/.test(name)).length
    : 0;
