import satisfies from 'spdx-satisfies';
import * as z from 'zod';
import { readJson } from './repository.ts';

/** Licences that ask for no more than that they and the notice of copyright are kept. */
const PERMISSIVE = [
  'MIT',
  'MIT-0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'Apache-2.0',
  'Unlicense',
  'CC0-1.0',
  'NIST-Software',
];

/** Licences of packages whose manifests name none, as their own texts were read. */
const READ: Readonly<Record<string, string>> = { 'h5wasm@0.10.3': 'NIST-Software AND BSD-3-Clause' };

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({
      version: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().optional(),
      link: z.boolean().optional(),
    }),
  ),
});

export interface Dependency {
  readonly name: string;
  readonly version: string;
  /** SPDX expression; `UNKNOWN` where the package says nothing. */
  readonly licence: string;
  /** From the root. */
  readonly folder: string;
}

/** Everything that the lock file would install beside ours for a user of all packages, optional parts for every platform included. */
export function dependencies(): Dependency[] {
  const { packages } = lockSchema.parse(readJson('package-lock.json'));
  return Object.entries(packages)
    .filter(([folder, entry]) => folder.includes('node_modules/') && entry.dev !== true && entry.link !== true)
    .map(([folder, { version = '', license }]) => {
      const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return { name, version, licence: READ[`${name}@${version}`] ?? license ?? 'UNKNOWN', folder };
    })
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1));
}

/** Whether a licence, one of those it offers, or all of those it joins, is permissive. */
export function isPermissive(licence: string): boolean {
  try {
    return satisfies(licence, PERMISSIVE);
  } catch {
    return false;
  }
}
