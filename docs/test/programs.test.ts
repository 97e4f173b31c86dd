import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documents, type Program, programsOf, root } from '../src/documents.ts';
import { programOptions, runProgram, writeProgram } from '../src/programs.ts';

const programs = documents().flatMap(programsOf);
/** Where packages resolve as they do for a user, to what is built of them; no tool looks there. */
const folder = join(root, 'node_modules', '.unbraid-documents');
const nameOf = (i: number) => `program-${i}`;

/** What the compiler said, and what each program said that failed. */
let complaints = '';
const failures: string[] = [];
/** Names its entry is found by in `main.ts`, and where those for browsers have the browser's types and entries. */
function compile(isChosen: (program: Program) => boolean, name: string, options: object): string {
  const compilerOptions = { ...programOptions(), rootDir: folder, outDir: folder, ...options };
  const files = programs.flatMap((program, i) =>
    isChosen(program) && program.language === 'ts' ? [`${nameOf(i)}/main.ts`] : [],
  );
  if (files.length === 0) return '';
  writeFileSync(join(folder, `tsconfig.${name}.json`), JSON.stringify({ compilerOptions, files }));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  return spawnSync(process.execPath, [tsc, '-p', join(folder, `tsconfig.${name}.json`), '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  }).stdout;
}

/** Checks the types of all programs and makes them JavaScript, at once. */
function build(): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [i, program] of programs.entries()) writeProgram(join(folder, nameOf(i)), program);
  complaints = [
    compile(({ runs }) => runs !== 'browser', 'node', {}),
    compile(({ runs }) => runs === 'browser', 'browser', {
      lib: ['es2023', 'dom', 'dom.iterable'],
      module: 'preserve',
      moduleResolution: 'bundler',
      customConditions: ['browser'],
      types: ['vite/client'],
      noEmit: true,
    }),
  ].join('\n');
}

/** Takes one program after the other, beside another that does so too. */
async function runAll(): Promise<void> {
  const left = programs.flatMap(({ runs }, i) => (runs === 'node' ? [i] : []));
  const work = async () => {
    for (let i = left.shift(); i !== undefined; i = left.shift()) {
      failures[i] = await runProgram([process.execPath, join(folder, nameOf(i), 'main.js')]);
    }
  };
  await Promise.all([work(), work()]);
}

describe('what a document prints as TypeScript or JavaScript', () => {
  beforeAll(async () => {
    build();
    await runAll();
  }, 1_800_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const wrongIn = (i: number) => complaints.split('\n').filter((line) => line.startsWith(`${nameOf(i)}/`));
  const chosen = (which: (program: Program) => boolean) =>
    programs.flatMap((program, i) => (which(program) ? [[program.place, i] as const] : []));

  it.each(chosen(({ runs }) => runs === 'node'))('%s runs as printed', (_, i) => {
    expect(wrongIn(i)).toEqual([]);
    expect(failures[i]).toBe('');
  });

  it.each(chosen(({ runs }) => runs !== 'node'))('%s is compiled as printed', (_, i) => {
    expect(wrongIn(i)).toEqual([]);
  });
});
