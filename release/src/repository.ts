import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where the project lives; everything that a reader of a package follows leads there. */
export const home = 'https://github.com/unbraid/unbraid';

const manifestSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  private: z.boolean().optional(),
  description: z.string().optional(),
  license: z.string().optional(),
  author: z.string().optional(),
  keywords: z.array(z.string()).optional(),
  homepage: z.string().optional(),
  repository: z.object({ type: z.string(), url: z.string(), directory: z.string() }).optional(),
  bugs: z.object({ url: z.string() }).optional(),
  scripts: z.record(z.string(), z.string()).optional(),
});

export interface Package {
  /** From the root, with slashes: `packages/galu`. */
  readonly folder: string;
  readonly manifest: z.output<typeof manifestSchema>;
}

/** The packages that are published, in the order of their folders' names. */
export function publishedPackages(): Package[] {
  return readdirSync(join(root, 'packages'))
    .sort()
    .map((name) => `packages/${name}`)
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => ({ folder, manifest: manifestSchema.parse(readJson(join(folder, 'package.json'))) }))
    .filter(({ manifest }) => manifest.private !== true);
}

/** A JSON file, its path from the root. */
export const readJson = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));
