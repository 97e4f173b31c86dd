import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { WASM_PATH, wasmFile } from './workshop.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

export interface Server {
  readonly url: string;
  close(): void;
}

export interface ServeOptions {
  /** Whether pages are cross-origin isolated, which threads need. */
  readonly isolated?: boolean;
  /** Folders beside, by the first part of a path. */
  readonly folders?: Readonly<Record<string, string>>;
}

/** What makes a page cross-origin isolated. */
const ISOLATING = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

/** Serves a folder, the WebAssembly file, and pages: `/BUNDLER/NAME.html` is one that loads `/BUNDLER/NAME.js`. */
export async function serve(
  folder: string,
  isModule: (bundler: string) => boolean,
  { isolated = false, folders = {} }: ServeOptions = {},
): Promise<Server> {
  const content = async (path: string): Promise<Uint8Array | string> => {
    if (path === WASM_PATH) return readFile(wasmFile);
    const [, bundler = '', name] = /^\/(\w+)\/([\w-]+)\.html$/.exec(path) ?? [];
    if (name === undefined) {
      const [, first = '', rest = ''] = /^\/([\w-]+)\/(.*)$/.exec(path) ?? [];
      return readFile(folders[first] === undefined ? join(folder, path) : join(folders[first], rest));
    }
    const script = `<script ${isModule(bundler) ? 'type="module" ' : ''}src="${name}.js"></script>`;
    return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body>${script}</body>`;
  };
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    const answer = (status: number, body: Uint8Array | string) =>
      response
        .writeHead(status, {
          'Content-Type': types[extname(pathname)] ?? 'application/octet-stream',
          'Cache-Control': 'max-age=3600',
          ...(isolated && ISOLATING),
        })
        .end(body);
    content(pathname).then(
      (body) => answer(200, body),
      () => answer(404, `there is no ${pathname}`),
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}
