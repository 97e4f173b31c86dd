import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The folder of the examples. */
export const here = fileURLToPath(new URL('.', import.meta.url));
/** The repository. */
export const root = join(here, '..');
/** Runs a program. */
export const run = promisify(execFile);
/** Milliseconds: for a hang, on a machine that has other work. */
export const LIMIT = 300_000;

/** What `npm start` prints in an example's folder. */
export async function start(
  example: string,
  more: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { stdout } = await run(npm, ['start', '--silent', ...more], {
    ...{ cwd: join(here, example), timeout: LIMIT },
    env: { ...process.env, ...env },
  });
  return stdout;
}
