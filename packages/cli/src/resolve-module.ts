import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from '@unbraid/experiment';

/**
 * The address of a module that a user names: a file, as seen from `folder`, or a package that is installed there or with this command.
 * @throws UsageError where there is none
 */
export function resolveModule(name: string, folder: string): string {
  const file = resolve(folder, name);
  if (/\.[cm]?[jt]s$/.test(name) && existsSync(file)) return pathToFileURL(file).href;
  for (const from of [pathToFileURL(join(folder, 'any.js')).href, import.meta.url]) {
    try {
      return pathToFileURL(createRequire(from).resolve(name)).href;
    } catch {}
  }
  throw new UsageError(`there is no module ${name}: neither a file ${file} nor a package that is installed`);
}
