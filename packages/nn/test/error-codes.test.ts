import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ERROR_CODES } from '@unbraid/checks';
import { expect, test } from 'vitest';

const packages = fileURLToPath(new URL('../..', import.meta.url));

const sourcesOf = (names: readonly string[]) =>
  names
    .filter((name) => existsSync(join(packages, name, 'src')))
    .flatMap((name) =>
      readdirSync(join(packages, name, 'src'), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
        .map((path) => ({ path: `${name}/${path}`, text: readFileSync(join(packages, name, 'src', path), 'utf8') })),
    );

test('everything that the engine throws on purpose has a code', () => {
  const plain = sourcesOf(['checks', 'kernels', 'graph', 'nn']).filter(({ text }) =>
    /new (Error|RangeError|TypeError)\(/.test(text),
  );
  expect(plain.map(({ path }) => path)).toEqual([]);
});

// sim-env imports nothing of ours, and has codes of its own.
test('every code of an error class is in the list, and every code of the list is used', () => {
  const codes = sourcesOf(readdirSync(packages).filter((name) => name !== 'sim-env')).flatMap(({ text }) => [
    ...[...text.matchAll(/new InputError\(\s*'([\w-]+)'/g)].map(([, code]) => code!),
    ...[...text.matchAll(/readonly code = '([\w-]+)'/g)].map(([, code]) => code!),
  ]);
  expect([...new Set(codes)].sort()).toEqual(Object.keys(ERROR_CODES).sort());
});
