import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocksOf, programsOf } from '@unbraid/docs/documents';
import { programOptions, runProgram, writeProgram } from '@unbraid/docs/programs';
import { run } from './npm.ts';
import { root } from './repository.ts';

/** An example that a README prints, and what was wrong with it, if anything. */
export interface Example {
  readonly place: string;
  readonly wrong: string;
}

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
  const places = programs.map((_, i) => join(installed, 'examples', String(i)));
  programs.forEach((program, i) => {
    writeProgram(places[i]!, program);
  });
  const complaints = await compile(
    installed,
    programs.flatMap(({ language }, i) => (language === 'ts' ? [`${i}/main.ts`] : [])),
  );
  const before = cutOff ? ['unshare', ...CUT_OFF] : [];
  const examples: Example[] = [];
  for (const [i, { place }] of programs.entries()) {
    const lines = complaints.filter((line) => line.startsWith(`${i}/`));
    examples.push({
      place,
      wrong: lines.join('\n') || (await runProgram([...before, process.execPath, join(places[i]!, 'main.js')])),
    });
  }
  return examples;
}

/** What the compiler says about them, with the types that were installed. */
async function compile(installed: string, files: readonly string[]): Promise<string[]> {
  if (files.length === 0) return [];
  const folder = join(installed, 'examples');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: programOptions(), files }));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout } = await run(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], { cwd: folder });
  return stdout.split('\n');
}
