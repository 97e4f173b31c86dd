import { spawn } from 'node:child_process';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, or for a time in milliseconds. */
export function run(
  command: string,
  words: readonly string[],
  { cwd, env = process.env, limit = 300_000 }: { cwd: string; env?: NodeJS.ProcessEnv; limit?: number },
): Promise<Ended> {
  return new Promise((ended, failed) => {
    const child = spawn(command, words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: limit });
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        said[stream] += text;
      });
    child.on('error', failed);
    child.on('close', (code) => ended({ code, ...said }));
  });
}

/** What npm prints. Its own settings are the user's: registry, cache. @throws Error with what npm says when it fails */
export async function npm(words: readonly string[], cwd: string): Promise<string> {
  // Where npm started us, it says which npm that is: on Windows its command is no program that can be started.
  const own = process.env.npm_execpath;
  const [command, first] = own === undefined ? ['npm', []] : [process.execPath, [own]];
  const { code, stdout, stderr } = await run(command, [...first, ...words], { cwd, env: environment() });
  if (code !== 0) throw new Error(`release: npm ${words.slice(0, 2).join(' ')} failed\n${stderr || stdout}`);
  return stdout;
}

/** Ours, without what `npm run` adds for the workspace, which would hold for other folders too. */
function environment(): NodeJS.ProcessEnv {
  const given = Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|command)_?/i.test(name));
  return Object.fromEntries(given);
}
