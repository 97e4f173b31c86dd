import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Program, programsOf } from '@unbraid/docs/documents';
import { runProgram, writeProgram } from '@unbraid/docs/programs';
import { transform } from 'esbuild';
import { publishedPackages, root } from './repository.ts';

// `npm run test:runtimes -- COMMAND…`: runs the programs of each package's README by other runtimes of JavaScript, each given as it is called
// with a file to follow: "deno run -A", "bun run", "npx -p node@24 node".

const runtimes = process.argv.slice(2);
if (runtimes.length === 0) {
  console.error('Give the runtimes as they are called: npm run test:runtimes -- "deno run -A" "bun run"');
  process.exit(2);
}

/** Where packages resolve to what is built of them. Not below `node_modules`, where Deno takes nothing for a program. */
const folder = join(root, 'release/out/runtimes');
rmSync(folder, { recursive: true, force: true });

/** Writes a program as JavaScript, with what stands beside it. */
async function write(program: Program, i: number): Promise<string> {
  const place = join(folder, String(i));
  const texts = Object.entries({ ...program.files, 'main.ts': program.code });
  const plain = texts.map(async ([name, text]) => [
    name.replace(/\.ts$/, '.js'),
    name.endsWith('.ts') ? (await transform(text, { loader: 'ts' })).code : text,
  ]);
  const { 'main.js': code = '', ...files } = Object.fromEntries(await Promise.all(plain)) as Record<string, string>;
  writeProgram(place, { ...program, language: 'js', code, files });
  return join(place, 'main.js');
}

const programs = publishedPackages()
  .flatMap((each) => programsOf(`${each.folder}/README.md`))
  .filter(({ runs }) => runs === 'node');
const files: string[] = [];
for (const [i, program] of programs.entries()) files.push(await write(program, i));
for (const runtime of runtimes) {
  let failed = 0;
  for (const [i, { place }] of programs.entries()) {
    // Runtimes keep what they load at home.
    const wrong = await runProgram([...runtime.split(' '), files[i]!], { home: false });
    if (wrong === '') continue;
    failed++;
    console.log(`${runtime}: ${place} fails\n${wrong.trim()}`);
  }
  console.log(`${runtime}: ${programs.length - failed} of ${programs.length} programs run`);
  if (failed > 0) process.exitCode = 1;
}
rmSync(folder, { recursive: true, force: true });
