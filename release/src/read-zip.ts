import { buffer } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';

/** The bytes of members of a zip archive, by name. @throws Error for a member that isn't there */
export async function readZip(archive: Buffer, names: readonly string[]): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  const zip = await fromBufferPromise(archive);
  for await (const entry of zip.eachEntry()) {
    if (names.includes(entry.fileName)) found.set(entry.fileName, await buffer(await zip.openReadStreamPromise(entry)));
  }
  const absent = names.find((name) => !found.has(name));
  if (absent !== undefined) throw new Error(`release: the archive has no ${absent}`);
  return found;
}
