import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryFolder } from './folders.ts';

const unbraid = fileURLToPath(new URL('../bin/unbraid.js', import.meta.url));

/** The metrics and the summary of a run in an environment, without what is a time. */
async function numbersOf(experiment: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const out = join(temporaryFolder(), 'run');
  const args = [unbraid, 'run', experiment, '--preset', 'smoke', '--json', '--out', out];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, ...environment },
  });
  const timeless = (key: string, value: unknown) => (/seconds/i.test(key) ? undefined : value);
  const lines = readFileSync(join(out, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  return [...lines, stdout]
    .map((line) => JSON.stringify(JSON.parse(line).summary ?? JSON.parse(line), timeless))
    .join('\n');
}

const environments = {
  'three threads': { UNBRAID_THREADS: '3' },
  'onnxruntime-node’s own binding': { UNBRAID_THREADS: '2', UNBRAID_BINDING: 'node' },
};

// Of laperm/agnostic products once had other bits on another number of threads: 48.25 against 47.45. gfgn/dimensions has sparse kernels.
it.each(['laperm/agnostic', 'gfgn/dimensions'])(
  '%s gives the same numbers on one thread and elsewhere',
  async (experiment) => {
    const expected = await numbersOf(experiment, { UNBRAID_THREADS: '1', UNBRAID_BINDING: 'capi' });
    for (const [where, environment] of Object.entries(environments)) {
      expect(await numbersOf(experiment, environment), where).toBe(expected);
    }
  },
  600_000,
);
