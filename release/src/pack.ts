import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { root } from './repository.ts';

const packedSchema = z.array(
  z.object({ name: z.string(), filename: z.string(), size: z.number(), unpackedSize: z.number() }),
);

export interface Tarball {
  readonly name: string;
  readonly path: string;
  /** Bytes, packed and unpacked. */
  readonly size: number;
  readonly unpackedSize: number;
}

/** Packs every package that is published into a folder, which is emptied first. They must be built. */
export function packAll(folder: string): Tarball[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const args = ['pack', '--workspaces', '--json', '--ignore-scripts', '--pack-destination', folder];
  // npm is a script on Windows, which only a shell starts.
  const text = execFileSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    maxBuffer: 2 ** 28,
  });
  const found: unknown = JSON.parse(text);
  return packedSchema
    .parse(Array.isArray(found) ? found : Object.values(found as object))
    .map(({ filename, ...packed }) => ({ ...packed, path: join(folder, filename.replace('@', '').replace('/', '-')) }));
}
