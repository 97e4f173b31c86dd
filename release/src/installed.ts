import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a folder takes, in bytes: the sizes of its files and folders (as `du -sb` says), and the blocks of the disk (`du -s`). */
export interface Size {
  readonly bytes: number;
  readonly blocks: number;
}

export function sizeOf(path: string): Size {
  const stats = lstatSync(path);
  const own = { bytes: stats.size, blocks: 512 * stats.blocks };
  if (!stats.isDirectory()) return own;
  return readdirSync(path)
    .map((name) => sizeOf(join(path, name)))
    .reduce((sum, part) => ({ bytes: sum.bytes + part.bytes, blocks: sum.blocks + part.blocks }), own);
}

/** Folders of all packages below a `node_modules`. */
export function packagesIn(modules: string): string[] {
  if (!existsSync(modules)) return [];
  const folders = readdirSync(modules, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .flatMap(({ name }) =>
      name.startsWith('@')
        ? readdirSync(join(modules, name)).map((each) => join(modules, name, each))
        : [join(modules, name)],
    );
  return folders.flatMap((folder) => [folder, ...packagesIn(join(folder, 'node_modules'))]);
}

const AT_INSTALL = ['preinstall', 'install', 'postinstall'];

/** What npm would run of a package when it is installed: its scripts, and node-gyp where it has a `binding.gyp`. */
export function installScripts(folder: string): string[] {
  const path = join(folder, 'package.json');
  if (!existsSync(path)) return [];
  const { scripts = {} } = JSON.parse(readFileSync(path, 'utf8')) as { scripts?: Record<string, string> };
  const found = AT_INSTALL.filter((name) => scripts[name] !== undefined);
  return existsSync(join(folder, 'binding.gyp')) ? [...found, 'binding.gyp'] : found;
}
