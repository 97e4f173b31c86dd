import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../test/folders.ts';
import { resolveModule } from './resolve-module.ts';

describe('resolveModule', () => {
  it('finds a file, as seen from the folder', () => {
    const folder = temporaryFolder();
    const file = join(folder, 'mine.js');
    writeFileSync(file, '');
    for (const name of ['mine.js', './mine.js', file])
      expect(resolveModule(name, folder)).toBe(pathToFileURL(file).href);
  });

  it('finds a package that only this command has', () => {
    expect(resolveModule('commander', temporaryFolder())).toMatch(/^file:.*commander/);
  });

  it('says where it looked', () => {
    const folder = temporaryFolder();
    expect(() => resolveModule('./other.js', folder)).toThrow(
      `there is no module ./other.js: neither a file ${join(folder, 'other.js')} nor a package that is installed`,
    );
  });
});
