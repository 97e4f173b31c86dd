import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryFolder } from './folders.ts';

const unbraid = fileURLToPath(new URL('../bin/unbraid.js', import.meta.url));

/** The metrics and the summary of a run on so many threads, without what is a time. */
async function numbersOf(experiment: string, threads: number): Promise<string> {
  const out = join(temporaryFolder(), 'run');
  const args = [unbraid, 'run', experiment, '--preset', 'smoke', '--json', '--out', out];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, UNBRAID_THREADS: String(threads) },
  });
  const timeless = (key: string, value: unknown) => (/seconds/i.test(key) ? undefined : value);
  const lines = readFileSync(join(out, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  return [...lines, stdout]
    .map((line) => JSON.stringify(JSON.parse(line).summary ?? JSON.parse(line), timeless))
    .join('\n');
}

// Products of the first once depended on the threads.
it.each(['laperm/agnostic', 'galu/compare', 'linearity/kernel'])(
  '%s gives the same numbers on one thread and on three',
  async (experiment) => {
    expect(await numbersOf(experiment, 3)).toBe(await numbersOf(experiment, 1));
  },
  300_000,
);
