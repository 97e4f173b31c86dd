import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documents, type Program, programsOf, root } from '../src/documents.ts';

const programs = documents().flatMap(programsOf);
/** Where packages resolve as they do for a user, to what is built of them; no tool looks there. */
const folder = join(root, 'node_modules', '.unbraid-documents');
const nameOf = (i: number) => `program-${i}`;

/** What the compiler said, and what each program said that failed. */
let complaints = '';
const failures: string[] = [];
/** Milliseconds that one may take: for a hang, on a machine that has other work. */
const LIMIT = 600_000;

/** Names its entry is found by in `main.ts`, and where those for browsers have the browser's types and entries. */
function compile(isChosen: (program: Program) => boolean, name: string, options: object): string {
  const compilerOptions = {
    ...JSON.parse(readFileSync(join(root, 'tsconfig.base.json'), 'utf8')).compilerOptions,
    composite: false,
    declaration: false,
    declarationMap: false,
    sourceMap: false,
    moduleDetection: 'force',
    allowJs: true,
    checkJs: false,
    // An example may name what its reader will use.
    noUnusedLocals: false,
    noUnusedParameters: false,
    typeRoots: [join(root, 'node_modules', '@types')],
    rootDir: folder,
    outDir: folder,
    ...options,
  };
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
  for (const [i, { language, code, files }] of programs.entries()) {
    const place = join(folder, nameOf(i));
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'package.json'), '{"type":"module"}');
    for (const [name, text] of Object.entries(files)) writeFileSync(join(place, name), text);
    writeFileSync(join(place, `main.${language}`), code);
  }
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

/** Ends with what a program said when it failed, or with nothing. */
async function run(i: number): Promise<string> {
  const place = mkdtempSync(join(tmpdir(), 'unbraid-documents-'));
  const environment = { ...process.env, HOME: place, TMPDIR: place, XDG_CACHE_HOME: place };
  // One of them is a command, which wants a word.
  const child = spawn(process.execPath, [join(folder, nameOf(i), 'main.js'), 'list'], {
    cwd: place,
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT);
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((ended) =>
    child.on('close', (...how) => ended(how)),
  );
  clearTimeout(limit);
  rmSync(place, { recursive: true, force: true });
  return code === 0 ? '' : said || `ended with ${code ?? signal}`;
}

/** Takes one program after the other, beside another that does so too. */
async function runAll(): Promise<void> {
  const left = programs.flatMap(({ runs }, i) => (runs === 'node' ? [i] : []));
  const work = async () => {
    for (let i = left.shift(); i !== undefined; i = left.shift()) failures[i] = await run(i);
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
