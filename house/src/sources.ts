import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Imports, readImports } from './read-imports.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Folders of packages, by name. */
export const packageNames = (): string[] => readdirSync(join(root, 'packages')).sort();

export const manifestOf = (name: string): Manifest =>
  JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8')) as Manifest;

/** The imports of a package's own sources, without its tests, by path from the root; none for a package that holds files of others. */
export function sourcesOf(name: string): Map<string, Imports> {
  const folder = join('packages', name, 'src');
  if (!existsSync(join(root, folder))) return new Map();
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/\.(?:test\.tsx?|d\.ts)$/.test(file))
    .map((file) => join(folder, file))
    .sort();
  return new Map(files.map((file) => [file, readImports(root, file)]));
}

/** Packages of ours that a package's sources import, without `@unbraid/`. */
export function neighbours(sources: ReadonlyMap<string, Imports>): string[] {
  const named = [...sources.values()].flatMap(({ packages }) => packages);
  const own = named.flatMap((name) => /^@unbraid\/([^/]+)/.exec(name)?.[1] ?? []);
  return [...new Set(own)].sort();
}
