import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { root } from '../../docs/src/documents.ts';
import { browserExample, type Library, libraries } from './examples.ts';

/** What a page would load of a package, as one text. esbuild fails where it needs a module of Node. */
async function bundleOf(library: Library): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `export * from '@unbraid/${library}'`, resolveDir: root },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]!.text;
}

test.each(libraries)('what pages load of %s needs nothing of Node', async (library) => {
  const code = await bundleOf(library);
  expect(code.length).toBeGreaterThan(1000);
  expect(code).not.toMatch(/(?:from|import\(|require\()\s*["']node:/);
  // Our own sources, which esbuild names in comments; what others ask for they ask for with care.
  const own = code
    .split(/^\/\/ (?=\S+\.m?js$)/m)
    .filter((part) => part.startsWith('packages/') && !part.includes('ort-web/dist'));
  for (const part of own) {
    const unasked = [...part.matchAll(/(?<![.\w])(process|Buffer|setImmediate)(?=[.(])/g)]
      .map(([name]) => name)
      .filter((name) => !part.includes(`typeof ${name} `));
    expect(unasked, part.slice(0, part.indexOf('\n'))).toEqual([]);
  }
});

test.each(libraries)('the README of %s has a program for browsers', (library) => {
  expect(browserExample(library).code).toContain('@unbraid/');
});

test.each([
  ['nodenext', 'nodenext', 'export { loadMnist } from "@unbraid/data"; export { saveGalu } from "@unbraid/galu";', 0],
  ['esnext', 'bundler', 'export { parseTable } from "@unbraid/data"; export { createGalu } from "@unbraid/galu";', 0],
  ['esnext', 'bundler', 'export { loadMnist } from "@unbraid/data";', 2],
])(
  'module %s with moduleResolution %s takes the types of its platform: %s',
  (module, moduleResolution, code, status) => {
    const folder = join(root, 'node_modules', `.unbraid-types-${process.pid}`);
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'program.ts'), code);
    const compilerOptions = {
      module,
      moduleResolution,
      target: 'es2023',
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const said = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], { encoding: 'utf8' });
    expect(said.status === 0 ? 0 : 2, said.stdout).toBe(status);
  },
);

test('every entry names the source first and what browsers take last', () => {
  for (const library of libraries) {
    const manifest = JSON.parse(readFileSync(join(root, 'packages', library, 'package.json'), 'utf8')) as {
      exports: Record<string, Record<string, unknown>>;
    };
    for (const entry of Object.values(manifest.exports)) {
      const conditions = Object.keys(entry);
      expect(conditions[0]).toBe('source');
      expect(conditions.slice(-2)).toEqual(['types', 'default']);
      expect(conditions).not.toContain('browser');
    }
  }
});
