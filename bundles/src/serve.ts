import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { WASM_PATH, wasmFile } from './workshop.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

export interface Server {
  readonly url: string;
  close(): void;
}

/** Serves a folder, the WebAssembly file, and pages: `/BUNDLER/NAME.html` is one that loads `/BUNDLER/NAME.js`. */
export async function serve(folder: string, isModule: (bundler: string) => boolean): Promise<Server> {
  const content = async (path: string): Promise<Uint8Array | string> => {
    if (path === WASM_PATH) return readFile(wasmFile);
    const [, bundler = '', name] = /^\/(\w+)\/([\w-]+)\.html$/.exec(path) ?? [];
    if (name === undefined) return readFile(join(folder, path));
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
