import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPreset, parseSettings, settingsFromText } from '@unbraid/experiment';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../src/program.ts';
import { registry } from '../src/registry.ts';
import { ioOf } from './call.ts';
import { callsOf, documents, programsOf, root } from './documents.ts';

const programs = documents().flatMap(programsOf);
/** Where packages resolve as they do for a user, to what is built of them; no tool looks there. */
const folder = join(root, 'node_modules', '.unbraid-documents');

const nameOf = (i: number) => `program-${i}`;
/** What the compiler said, and what each program said that failed. */
let complaints = '';
const failures: string[] = [];
/** Milliseconds that one may take: for a hang, on a machine that has other work. */
const LIMIT = 600_000;

/** Checks the types of all programs and makes them JavaScript, at once. */
function build(): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const [i, { language, code }] of programs.entries())
    writeFileSync(join(folder, `${nameOf(i)}.${language}`), code);
  const compilerOptions = {
    ...JSON.parse(readFileSync(join(root, 'tsconfig.base.json'), 'utf8')).compilerOptions,
    composite: false,
    declaration: false,
    declarationMap: false,
    sourceMap: false,
    moduleDetection: 'force',
    // An example may name what its reader will use.
    noUnusedLocals: false,
    noUnusedParameters: false,
    typeRoots: [join(root, 'node_modules', '@types')],
  };
  const files = programs.flatMap(({ language }, i) => (language === 'ts' ? [`${nameOf(i)}.ts`] : []));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  complaints = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  }).stdout;
}

/** Ends with what a program said when it failed, or with nothing. */
async function run(i: number): Promise<string> {
  const place = mkdtempSync(join(tmpdir(), 'unbraid-documents-'));
  const environment = { ...process.env, HOME: place, TMPDIR: place, XDG_CACHE_HOME: place };
  const script = join(folder, `${nameOf(i)}.js`);
  // One of them is a command, which wants a word.
  const child = spawn(process.execPath, [script, 'list'], {
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
  const left = programs.map((_, i) => i);
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

  it.each(programs.map(({ place }, i) => [place, i] as const))('%s runs as printed', (_, i) => {
    const wrong = complaints.split('\n').filter((line) => line.startsWith(`${nameOf(i)}.ts`));
    expect(wrong).toEqual([]);
    expect(failures[i]).toBe('');
  });
});

describe('what a document tells to type', () => {
  const calls = documents().flatMap(callsOf);

  it.each(calls.map(({ place, words }) => [place, words.join(' '), words] as const))(
    '%s: unbraid %s',
    async (_, _text, words) => {
      const [name = '', ...rest] = words;
      const command = createProgram(ioOf(), () => undefined).commands.find((each) => each.name() === name);
      expect(command, `there is no command ${name}`).toBeDefined();
      expect(command!.parseOptions(rest).unknown).toEqual([]);
      // A name in capitals stands for one of the reader's.
      if (name !== 'run') return;
      const experiment = await registry.find(rest[0]!);
      const { preset, set } = command!.opts<{ preset: string; set: string[] }>();
      const filledIn = set.filter((pair) => !/=[A-Z]+$/.test(pair));
      parseSettings(experiment, checkPreset(experiment, preset), settingsFromText(experiment, filledIn));
    },
  );
});
