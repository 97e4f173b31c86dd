import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../../docs/src/documents.ts';
import { programOptions, writeProgram } from '../../../../docs/src/programs.ts';

/** For a hang, in milliseconds. */
const LIMIT = 300_000;

/**
 * Compiles programs that demos print, strictly, where packages resolve as they do for a user, and runs each in Node.
 * @param name tells folders of tests that run at the same time apart
 * @returns for each program the numbers that it printed
 * @throws Error with what the compiler or a program complained of
 */
export function runCode(name: string, programs: readonly string[]): number[][] {
  const folder = join(root, 'node_modules', `.unbraid-demo-${name}`);
  const place = (i: number) => join(folder, `program-${i}`);
  try {
    for (const [i, code] of programs.entries())
      writeProgram(place(i), { place: `${name} ${i}`, language: 'ts', code, runs: 'node', files: {} });
    const compilerOptions = { ...programOptions(), rootDir: folder, outDir: folder };
    const files = programs.map((_, i) => `program-${i}/main.ts`);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], { encoding: 'utf8' });
    if (stdout !== '') throw new Error(stdout);
    return programs.map((_, i) => {
      const printed = execFileSync(process.execPath, [join(place(i), 'main.js')], {
        ...{ encoding: 'utf8', timeout: LIMIT },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      return printed.trim().split(/\s+/).map(Number);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
