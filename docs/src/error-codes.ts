import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './documents.ts';

/** Codes of errors and what they mean, read from the doc comment in `packages/checks`. */
export function errorCodes(): { code: string; meaning: string }[] {
  const source = readFileSync(join(root, 'packages/checks/src/input-error.ts'), 'utf8');
  return [...source.matchAll(/^ \* - `([\w-]+)`: (.*)$/gm)].map(([, code = '', meaning = '']) => ({ code, meaning }));
}

/** Makes the table of `docs/errors.md`. */
export function makeErrorCodes(): void {
  const rows = errorCodes().map(({ code, meaning }) => `| \`${code}\` | ${meaning} |`);
  const folder = join(root, 'docs', 'reference');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'error-codes.md'), ['| code | means |', '| --- | --- |', ...rows, ''].join('\n'));
}
