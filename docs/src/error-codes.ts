import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES } from '@unbraid/checks';
import { root } from './documents.ts';

/** Makes the table of `docs/errors.md`: every code of an error, and what it means. */
export function makeErrorCodes(): void {
  const rows = Object.entries(ERROR_CODES).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  const folder = join(root, 'docs', 'reference');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'error-codes.md'), ['| code | means |', '| --- | --- |', ...rows, ''].join('\n'));
}
