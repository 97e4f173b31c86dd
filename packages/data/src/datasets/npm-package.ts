import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The folder of an installed npm package, or undefined where none of the places can see it.
 *
 * @param from file URLs or paths from whose place the package is resolved, in turn; a package manager that does not
 *   hoist shows a dependency to the package that asked for it only.
 */
export function npmPackageFolder(name: string, from: readonly string[]): string | undefined {
  for (const place of from) {
    try {
      return dirname(createRequire(place).resolve(`${name}/package.json`));
    } catch {
      // Not visible from here: the next place may see it.
    }
  }
  return undefined;
}

/** Where a data set's package is looked for if the caller names no place: beside this package, and in the user's project. */
export function defaultPlaces(): readonly string[] {
  return [import.meta.url, join(process.cwd(), 'package.json')];
}
