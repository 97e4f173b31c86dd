import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Whole or not at all for whoever reads it meanwhile; it need not outlive the machine, so nothing is waited for. */
export function replaceFile(path: string, content: string): void {
  const candidate = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    writeFileSync(candidate, content, { flag: 'wx' });
    renameSync(candidate, path);
  } catch (error) {
    rmSync(candidate, { force: true });
    throw error;
  }
}
