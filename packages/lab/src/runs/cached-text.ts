import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '@unbraid/checks/node';

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What `writeCached` wrote; undefined where there is nothing, or anything else: a cache that is damaged is made anew. */
export async function readCached(path: string): Promise<unknown> {
  try {
    const text = await readFile(path, 'utf8');
    const [digest, content] = [text.slice(0, 64), text.slice(65)];
    return digest === digestOf(content) ? JSON.parse(content) : undefined;
  } catch {
    return undefined;
  }
}

/** JSON with its SHA-256 before it. */
export async function writeCached(path: string, value: unknown): Promise<void> {
  const content = JSON.stringify(value);
  await writeCacheFile(path, [`${digestOf(content)}\n${content}`]);
}

/** Brings a file into its place at once, but not to the disk at once: one that a machine lost its power over is found damaged, and made anew. */
export async function writeCacheFile(path: string, parts: readonly (string | Uint8Array)[]): Promise<void> {
  await makeFolder(dirname(path));
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, parts);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
