import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blocksOf, programsOf } from '@unbraid/docs/documents';
import { run } from './npm.ts';
import { root } from './repository.ts';

/** An example that a README prints, and what was wrong with it, if anything. */
export interface Example {
  readonly place: string;
  readonly wrong: string;
}

/** Milliseconds that one may take: for a hang. */
const LIMIT = 600_000;
/** What runs a program without a network, but for the machine's own addresses. */
const CUT_OFF = ['--user', '--map-root-user', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'] as const;

/** Whether this machine allows programs without a network. */
export async function canCutOff(): Promise<boolean> {
  try {
    return (await run('unshare', [...CUT_OFF, 'true'], { cwd: root })).code === 0;
  } catch {
    return false;
  }
}

/** What a README tells to install beside its package, in a block for a shell. */
export function namedBeside(name: string): string[] {
  const path = `packages/${name}/README.md`;
  if (!existsSync(join(root, path))) return [];
  return blocksOf(path)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ code }) => [...code.matchAll(/^npm install ([^#\n]*)/gm)])
    .flatMap(([, words]) => words!.trim().split(/\s+/))
    .filter((word) => !word.startsWith('-') && word !== `@unbraid/${name}`);
}

/** Compiles and runs the examples of a package's README where it is installed. */
export async function runExamples(name: string, installed: string, cutOff: boolean): Promise<Example[]> {
  const path = `packages/${name}/README.md`;
  if (!existsSync(join(root, path))) return [];
  const programs = programsOf(path).filter(({ runs }) => runs === 'node');
  const places = programs.map(({ language, code, files }, i) => {
    const folder = join(installed, 'examples', String(i));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    writeFileSync(join(folder, `main.${language}`), code);
    return folder;
  });
  const complaints = await compile(
    installed,
    programs.flatMap(({ language }, i) => (language === 'ts' ? [`${i}/main.ts`] : [])),
  );
  const examples: Example[] = [];
  for (const [i, { place }] of programs.entries()) {
    const lines = complaints.filter((line) => line.startsWith(`${i}/`));
    examples.push({ place, wrong: lines.join('\n') || (await runOne(join(places[i]!, 'main.js'), cutOff)) });
  }
  return examples;
}

/** What the compiler says about them, with the types that were installed. */
async function compile(installed: string, files: readonly string[]): Promise<string[]> {
  if (files.length === 0) return [];
  const folder = join(installed, 'examples');
  const base = JSON.parse(readFileSync(join(root, 'tsconfig.base.json'), 'utf8')) as { compilerOptions: object };
  const compilerOptions = {
    ...base.compilerOptions,
    ...{ composite: false, declaration: false, declarationMap: false, sourceMap: false, allowJs: true },
    moduleDetection: 'force',
    // An example may name what its reader will use.
    ...{ noUnusedLocals: false, noUnusedParameters: false },
    typeRoots: [join(root, 'node_modules', '@types')],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = await run(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], { cwd: folder });
  return stdout.split('\n');
}

/** What a program said when it failed. */
async function runOne(script: string, cutOff: boolean): Promise<string> {
  const place = mkdtempSync(join(tmpdir(), 'unbraid-example-'));
  // One of them is a command, which wants a word.
  const words = [process.execPath, script, 'list'];
  const [command, ...rest] = cutOff ? ['unshare', ...CUT_OFF, ...words] : words;
  const env = { ...process.env, HOME: place, TMPDIR: place, XDG_CACHE_HOME: place };
  const { code, stderr } = await run(command!, rest, { cwd: place, env, limit: LIMIT });
  rmSync(place, { recursive: true, force: true });
  return code === 0 ? '' : stderr || `ended with ${code ?? 'a signal'}`;
}
