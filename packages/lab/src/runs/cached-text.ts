import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFileAtomic } from '@unbraid/checks/node';
import { makeFolder } from '@unbraid/data';

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

/** JSON with its SHA-256 before it, whole or not at all. */
export async function writeCached(path: string, value: unknown): Promise<void> {
  const content = JSON.stringify(value);
  await makeFolder(dirname(path));
  await writeFileAtomic(path, `${digestOf(content)}\n${content}`, 'lab');
}
