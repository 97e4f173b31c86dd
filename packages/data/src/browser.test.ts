import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Every module that a file of this package imports, directly or through others of its files. */
function importsOf(file: string, seen = new Map<string, readonly string[]>()): Map<string, readonly string[]> {
  if (seen.has(file)) return seen;
  const source = readFileSync(file, 'utf8');
  const imports = [...source.matchAll(/^(?:import|export)\s(?:[^;]*?\sfrom\s)?'([^']+)'/gms)].map((match) => match[1]!);
  seen.set(file, imports);
  for (const path of imports) if (path.startsWith('.')) importsOf(join(dirname(file), path), seen);
  return seen;
}

test('what browsers load needs nothing of Node', () => {
  const files = importsOf(fileURLToPath(new URL('browser.ts', import.meta.url)));
  expect(files.size).toBeGreaterThan(10);
  const packages = [...files.values()].flat().filter((path) => !path.startsWith('.'));
  expect(new Set(packages)).toEqual(
    new Set(['@unbraid/checks', '@unbraid/checks/safetensors', '@unbraid/kernels', 'ml-matrix', 'zod']),
  );
});
