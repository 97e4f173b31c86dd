import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Program, root } from './documents.ts';

/** Milliseconds that a program may take: for a hang, on a machine that has other work. */
const LIMIT = 600_000;

/** Writes a program into a folder of its own, as `main.ts` or `main.js`, with the files beside it. */
export function writeProgram(folder: string, { language, code, files }: Program): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, `main.${language}`), code);
}

/** The compiler's options for programs that stand alone: the repository's, strict, and JavaScript beside each of them. */
export function programOptions(): object {
  const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.base.json'), 'utf8')) as {
    readonly compilerOptions: object;
  };
  return {
    ...compilerOptions,
    ...{ composite: false, declaration: false, declarationMap: false, sourceMap: false, allowJs: true },
    moduleDetection: 'force',
    // An example may name what its reader will use.
    ...{ noUnusedLocals: false, noUnusedParameters: false },
    typeRoots: [join(root, 'node_modules', '@types')],
  };
}

/**
 * Runs a command with a program in an empty folder, which is its home unless `home` is false. Gives what it said when it failed, or nothing.
 * @param words the command, the program last
 */
export async function runProgram(words: readonly string[], { home = true } = {}): Promise<string> {
  const place = mkdtempSync(join(tmpdir(), 'unbraid-program-'));
  const env = { ...process.env, ...(home && { HOME: place, TMPDIR: place, XDG_CACHE_HOME: place }) };
  try {
    return await wrongWith(words, place, env);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function wrongWith([command = '', ...words]: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((ended) => {
    // One of the programs is a command, which wants a word.
    const child = spawn(command, [...words, 'list'], {
      ...{ cwd, env, timeout: LIMIT, killSignal: 'SIGKILL', shell: process.platform === 'win32' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.on('error', ({ message }) => ended(message));
    child.on('close', (code, signal) => ended(code === 0 ? '' : said || `ended with ${code ?? signal}`));
  });
}
