import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that is gone when the test has finished. */
export function temporaryFolder(): string {
  const { path, remove } = lastingFolder();
  onTestFinished(remove);
  return path;
}

/** A folder for several tests, which is there until it is removed. */
export function lastingFolder(): { readonly path: string; remove(): void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'unbraid-lab-')));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Makes a folder in another. */
export function inFolder(folder: string, ...names: readonly string[]): string {
  const path = join(folder, ...names);
  mkdirSync(path, { recursive: true });
  return path;
}
