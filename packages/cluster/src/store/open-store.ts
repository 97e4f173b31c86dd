import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from '@unbraid/experiment';
import { folderStore } from './folder.ts';
import type { Environment } from './s3.ts';
import type { Store } from './store.ts';

/**
 * The store of an address: a path, `file://…`, or `s3://BUCKET/PREFIX`; undefined where there is none.
 * @throws {UsageError} where it is neither
 */
export async function openStore(text: string | undefined, environment: Environment): Promise<Store | undefined> {
  if (text === undefined || text === '') return undefined;
  const scheme = /^([a-z][\w+.-]+):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return folderStore(resolve(text));
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && scheme === 'file' && url.host === '') return folderStore(fileURLToPath(url));
  if (url !== undefined && scheme === 's3' && url.host !== '') {
    const { s3Store } = await import('./s3.ts');
    return s3Store(url, environment);
  }
  throw new UsageError(`cluster: "${text}" is no store; give a folder that all machines share, or s3://BUCKET/PREFIX`);
}
