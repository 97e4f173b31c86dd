import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const lab = fileURLToPath(new URL('../..', import.meta.url));

/** Runs "the same in Node" that a demo shows, in Node of its own with the packages as they are built. @returns the numbers that it prints */
export async function numbersOf(code: string): Promise<number[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], { cwd: lab });
  return [...stdout.matchAll(/-?\d+(?:\.\d+)?(?:e-?\d+)?/g)].map(([number]) => Number(number));
}
