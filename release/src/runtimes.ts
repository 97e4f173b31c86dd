import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Program, programsOf } from '@unbraid/docs/documents';
import { transform } from 'esbuild';
import { publishedPackages, root } from './repository.ts';

// `npm run test:runtimes -- COMMAND…`: runs the programs of each package's README by other runtimes of JavaScript, each given as it is called
// with a file to follow: "deno run -A", "bun run", "npx -p node@24 node".

const runtimes = process.argv.slice(2);
if (runtimes.length === 0) {
  console.error('Give the runtimes as they are called: npm run test:runtimes -- "deno run -A" "bun run"');
  process.exit(2);
}

/** Milliseconds that a program may take. */
const LIMIT = 300_000;

/** Where packages resolve to what is built of them. Not below `node_modules`, where Deno takes nothing for a program. */
const folder = join(root, 'release/out/runtimes');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'package.json'), '{"type":"module"}');

async function write(program: Program, i: number): Promise<string> {
  const place = join(folder, String(i));
  mkdirSync(place);
  for (const [name, text] of Object.entries({ ...program.files, 'main.ts': program.code })) {
    const code = name.endsWith('.ts') ? (await transform(text, { loader: 'ts' })).code : text;
    writeFileSync(join(place, name.replace(/\.ts$/, '.js')), code);
  }
  return join(place, 'main.js');
}

function run(runtime: string, file: string): string | undefined {
  const [command = '', ...words] = runtime.split(' ');
  const place = mkdtempSync(join(tmpdir(), 'unbraid-runtimes-'));
  // One of the programs is a command, which wants a word.
  const { status, error, stderr } = spawnSync(command, [...words, file, 'list'], {
    cwd: place,
    encoding: 'utf8',
    timeout: LIMIT,
    shell: process.platform === 'win32',
  });
  rmSync(place, { recursive: true, force: true });
  if (error !== undefined) return error.message;
  return status === 0 ? undefined : stderr;
}

const programs = publishedPackages()
  .flatMap((each) => programsOf(`${each.folder}/README.md`))
  .filter(({ runs }) => runs === 'node');
const files: string[] = [];
for (const [i, program] of programs.entries()) files.push(await write(program, i));
for (const runtime of runtimes) {
  let failed = 0;
  for (const [i, { place }] of programs.entries()) {
    const wrong = run(runtime, files[i]!);
    if (wrong === undefined) continue;
    failed++;
    console.log(`${runtime}: ${place} fails\n${wrong.trim()}`);
  }
  console.log(`${runtime}: ${programs.length - failed} of ${programs.length} programs run`);
  if (failed > 0) process.exitCode = 1;
}
rmSync(folder, { recursive: true, force: true });
