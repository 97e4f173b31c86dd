import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { npm } from './npm.ts';
import { ORT_SOURCES, ORT_VERSION } from './ort-sources.ts';
import { platformPackage } from './platform-package.ts';
import { root } from './repository.ts';

/** What is read and written of a package's manifest. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The package that runs ONNX Runtime. */
const ENGINE = '@unbraid/graph';

/** A manifest as it is published: what only the repository uses is left out, and the engine has its libraries. */
export function publishedManifest({ scripts: _, devDependencies: __, ...manifest }: Manifest): Manifest {
  if (manifest.name !== ENGINE) return manifest;
  const natives = ORT_SOURCES.map(({ platform }) => [platformPackage(platform), ORT_VERSION]);
  return { ...manifest, optionalDependencies: { ...manifest.optionalDependencies, ...Object.fromEntries(natives) } };
}

/** What npm says that it would pack. */
interface Listed {
  readonly name: string;
  readonly files: readonly { readonly path: string }[];
}

/** Copies what is published of every package of the workspace, tests left out. Gives their folders. */
export async function stagePackages(into: string): Promise<string[]> {
  const printed = await npm(['pack', '--workspaces', '--dry-run', '--json', '--ignore-scripts'], root);
  return (JSON.parse(printed) as Listed[])
    .filter(({ name }) => readManifest(name).private !== true)
    .map(({ name, files }) => {
      const folder = join(into, shortName(name));
      for (const { path } of files) if (!/\.test\.ts$/.test(path)) copy(join(folderOf(name), path), join(folder, path));
      const manifest = publishedManifest(readManifest(name));
      writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
      return folder;
    });
}

export const shortName = (name: string): string => name.replace('@unbraid/', '');

/** A workspace's folder: npm links it. */
const folderOf = (name: string) => join(root, 'node_modules', name);

const readManifest = (name: string): Manifest =>
  JSON.parse(readFileSync(join(folderOf(name), 'package.json'), 'utf8')) as Manifest;

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
}
