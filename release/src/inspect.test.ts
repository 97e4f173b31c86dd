import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { publintComplaints, typeComplaints } from './inspect.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function pack(exports: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'unbraid-inspect-'));
  folders.push(folder);
  mkdirSync(join(folder, 'dist'));
  const manifest = { name: 'inspected', version: '1.0.0', type: 'module', license: 'MIT', exports, files: ['dist'] };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'dist/index.js'), 'export const one = 1;\n');
  writeFileSync(join(folder, 'dist/a.wasm'), '');
  writeFileSync(join(folder, 'dist/index.d.ts'), 'export declare const one = 1;\n');
  execFileSync('npm', ['pack', '--ignore-scripts'], { cwd: folder, stdio: 'ignore' });
  return join(folder, 'inspected-1.0.0.tgz');
}

it('has nothing to say of a sound package', async () => {
  const tarball = pack({ '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './wasm': './dist/a.wasm' });
  expect([...(await publintComplaints(tarball)), ...(await typeComplaints(tarball))]).toEqual([]);
});

it('sees an entry that is not there', async () => {
  const complaints = await publintComplaints(pack({ '.': { default: './dist/lost.js' } }));
  expect(complaints.join()).toContain('FILE_DOES_NOT_EXIST');
});

it('sees types that a condition hides', async () => {
  const tarball = pack({ '.': { default: './dist/index.js', types: './dist/index.d.ts' } });
  expect((await publintComplaints(tarball)).join()).toContain('EXPORTS_TYPES_SHOULD_BE_FIRST');
});

it('sees an entry without types', async () => {
  const tarball = pack({ '.': './dist/index.js', './more': { types: './dist/more.d.ts', default: './dist/index.js' } });
  expect(await typeComplaints(tarball)).not.toEqual([]);
});
