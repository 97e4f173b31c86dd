import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

const page = fileURLToPath(new URL('../../dist/page', import.meta.url));

/** A file and the files that it imports at once, not when they are needed. */
function withImports(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const text = readFileSync(join(page, file), 'utf8');
  for (const [, name] of text.matchAll(/(?:^|[;}])(?:import|export)\b[^"'()]*["']\.\/([\w-]+\.js)["']/g))
    withImports(join(dirname(file), name!), found);
  return found;
}

it('is at most 100 kB with gzip before demos and figures are asked for', () => {
  const html = readFileSync(join(page, 'index.html'), 'utf8');
  const named = [...html.matchAll(/assets\/[\w-]+\.(?:js|css)/g)].map(([file]) => file);
  expect(named).toHaveLength(2);
  const files = [...new Set(named.flatMap((file) => (file.endsWith('.js') ? [...withImports(file)] : [file])))];
  expect(files.length).toBeGreaterThan(2);
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(join(page, file))).length, 0);
  expect(bytes).toBeLessThan(100_000);
  expect(bytes).toBeGreaterThan(20_000);
});

it('brings the licences of what is bundled', () => {
  const licences = readFileSync(join(page, 'licences.txt'), 'utf8');
  for (const name of ['preact', '@preact/signals', 'uplot', '@tanstack/virtual-core', '@observablehq/plot'])
    expect(licences).toMatch(new RegExp(`^${name} [\\d.]+ \\(`, 'm'));
  expect(licences).not.toContain('holds no text');
});
