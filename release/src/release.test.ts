import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Checked } from './check.ts';
import { installScripts, packagesIn, sizeOf } from './installed.ts';
import { ORT_SOURCES } from './ort-sources.ts';
import { platformManifest } from './platform-package.ts';
import { reportOf } from './report.ts';
import { publishedManifest } from './stage.ts';

/** A folder with these files. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'unbraid-release-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

test('the engine is published with a library for each platform, and nothing with scripts', () => {
  const manifest = { version: '0.1.0', scripts: { build: 'x' }, devDependencies: { a: '1' }, dependencies: { b: '1' } };
  expect(publishedManifest({ name: '@unbraid/nn', ...manifest })).toEqual({
    name: '@unbraid/nn',
    version: '0.1.0',
    dependencies: { b: '1' },
  });
  const { optionalDependencies = {} } = publishedManifest({ name: '@unbraid/graph', ...manifest });
  const packages = ORT_SOURCES.map(platformManifest);
  expect(optionalDependencies).toEqual(Object.fromEntries(packages.map(({ name, version }) => [name, version])));
  expect(packages.find(({ name }) => name.endsWith('linux-x64'))).toMatchObject({
    os: ['linux'],
    cpu: ['x64'],
    libc: ['glibc'],
  });
});

test('every install script of every package is found, however deep, and node-gyp’s too', () => {
  const folder = folderOf({
    'a/package.json': '{"scripts":{"test":"x"}}',
    'a/node_modules/@s/b/package.json': '{"scripts":{"postinstall":"x","preinstall":"y"}}',
    '@s/c/package.json': '{}',
    '@s/c/binding.gyp': '{}',
    '.bin/none': '',
  });
  const found = packagesIn(folder).map((each) => [
    each.slice(folder.length + 1).replaceAll('\\', '/'),
    installScripts(each),
  ]);
  expect(Object.fromEntries(found)).toEqual({
    a: [],
    'a/node_modules/@s/b': ['preinstall', 'postinstall'],
    '@s/c': ['binding.gyp'],
  });
});

test('a size counts every file', () => {
  const small = sizeOf(folderOf({ 'a/b': 'x' })).bytes;
  expect(sizeOf(folderOf({ 'a/b': 'x'.repeat(1001) })).bytes - small).toBe(1000);
});

const checked = (name: string, bytes: number, problems: string[] = []): Checked => ({
  name,
  packages: 1,
  size: { bytes, blocks: bytes },
  examples: 0,
  problems,
});
const outcome = { substituted: undefined, cutOff: true };

test('a package over its limit is a problem, on Linux', () => {
  const heavy = { ...outcome, checked: [checked('@unbraid/graph', 40.2e6), checked('@unbraid/nn', 90e6)] };
  expect(reportOf(heavy, 'linux')).toMatchObject({ well: false });
  expect(reportOf(heavy, 'linux').text).toContain('@unbraid/graph takes 40.2 MB, and may take 40.0 at most');
  expect(reportOf(heavy, 'darwin')).toMatchObject({ well: true });
});

test('with another library than the published one, sizes are said not to be checked', () => {
  const report = reportOf(
    { ...outcome, substituted: 'no Python', checked: [checked('@unbraid/graph', 57e6)] },
    'linux',
  );
  expect(report.well).toBe(true);
  expect(report.text).toContain("Sizes can't be checked: the library is onnxruntime-node's (no Python).");
});

test('what a package’s check found is printed, and fails', () => {
  const { text, well } = reportOf({ ...outcome, checked: [checked('@unbraid/nn', 1, ['README.md:3 fails'])] }, 'linux');
  expect(well).toBe(false);
  expect(text).toContain('README.md:3 fails');
});
