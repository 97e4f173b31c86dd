import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import type { Packed } from './pack.ts';
import type { Manifest } from './stage.ts';

export interface Registry {
  /** For npm's setting `@unbraid:registry`. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * A registry of npm on this machine that has our packages, as they would be published.
 * @param listed packages that have a manifest and no tarball: those of other machines
 */
export async function startRegistry(packed: readonly Packed[], listed: readonly Manifest[]): Promise<Registry> {
  const tarballs = new Map(packed.map(({ file }) => [basename(file), file]));
  const documents = new Map<string, object>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '/').slice(1);
    const tarball = tarballs.get(basename(path));
    const document = documents.get(path);
    if (tarball !== undefined && path.startsWith('tarballs/')) response.end(readFileSync(tarball));
    else if (document === undefined) response.writeHead(404).end('{}');
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(document));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const { manifest, file, integrity, shasum } of packed)
    documents.set(manifest.name, packument(manifest, `${address}/tarballs/${basename(file)}`, { integrity, shasum }));
  for (const manifest of listed) documents.set(manifest.name, packument(manifest, `${address}/tarballs/none.tgz`, {}));
  return {
    address,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

const packument = (manifest: Manifest, tarball: string, hashes: object) => ({
  name: manifest.name,
  'dist-tags': { latest: manifest.version },
  versions: { [manifest.version]: { ...manifest, dist: { tarball, ...hashes } } },
});
