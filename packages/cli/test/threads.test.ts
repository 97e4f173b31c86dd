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

// Its products once had other bits on another number of threads: 48.25 against 47.45.
it('laperm/agnostic gives the same numbers on one thread and on three', async () => {
  expect(await numbersOf('laperm/agnostic', 3)).toBe(await numbersOf('laperm/agnostic', 1));
}, 300_000);
