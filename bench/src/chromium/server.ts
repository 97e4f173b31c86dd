import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { type ChromiumTask, DATA_PATH } from '../tasks/web.ts';
import { missing } from './missing.ts';

/** A server of a page whose Worker is a bundle of a module. */
export interface PageServer {
  readonly url: string;
  /** Begins to count anew. */
  forget(): void;
  /** Bytes of what was asked for since, gzipped; the data aside. */
  gzippedBytes(): number;
}

/** The page: it starts the Worker at once, and hands questions on to it. */
const PAGE = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script>
const worker = new Worker('/worker.js', { type: 'module' });
const ask = (request) => new Promise((resolve, reject) => {
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message || 'the Worker could not be loaded'));
  worker.postMessage(request);
});
</script>`;

const ISOLATING = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

/** @throws Error with the code of a missing module where the Worker needs a package that isn't installed */
export async function startServer({ entry, files, isolated = false }: ChromiumTask): Promise<PageServer> {
  const bundled = await bundle(entry);
  const asked = new Set<string>();
  const contentOf = (path: string): Uint8Array | string | undefined => {
    if (path === '/') return PAGE;
    const file = files[path] ?? inFolder(files, path);
    return bundled.get(path) ?? (file === undefined ? undefined : readFileSync(file));
  };
  const server = createServer(({ url = '/' }, response) => {
    const content = contentOf(url);
    asked.add(url);
    const type = TYPES[extname(url)] ?? (url === '/' ? 'text/html' : 'application/octet-stream');
    response.writeHead(content === undefined ? 404 : 200, { 'Content-Type': type, ...(isolated && ISOLATING) });
    response.end(content);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    forget: () => asked.clear(),
    gzippedBytes: () =>
      [...asked]
        .filter((path) => path !== DATA_PATH)
        .reduce((sum, path) => sum + gzipSync(contentOf(path) ?? '').length, 0),
  };
}

/** A file of a folder: `/tfjs/` in `files` is one. */
function inFolder(files: ChromiumTask['files'], path: string): string | undefined {
  const at = path.lastIndexOf('/') + 1;
  const folder = files[path.slice(0, at)];
  return folder === undefined || path === '/' ? undefined : join(folder, path.slice(at));
}

/** A Worker's module and all that it imports, by path. */
async function bundle(entry: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    entryPoints: { worker: entry },
    outdir: '/',
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'esnext',
    write: false,
    logLevel: 'silent',
    loader: { '.wasm': 'empty' },
  }).catch((error: Error) => {
    const name = error.message.split('Could not resolve "')[1]?.split('"')[0];
    throw name?.startsWith('@tensorflow') ? missing(`Cannot find package '${name}'`) : error;
  });
  return new Map(outputFiles.map(({ path, contents }) => [path, contents]));
}
