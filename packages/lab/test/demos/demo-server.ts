import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const built = fileURLToPath(new URL('../../dist/page', import.meta.url));
const wasm = createRequire(import.meta.url).resolve('@unbraid/ort-web/wasm');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** Where the WebAssembly file lies: elsewhere than the scripts do, as it may. */
export const WASM_PATH = '/elsewhere/ort.wasm';

/** As strict as the lab's own server, so that a demo that needs more is found here. */
const policy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'";

/** A page on which demos stand by themselves, as on anyone's site. */
const written = (element: string, scheme: string, script: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="${scheme}"><title>A demo</title><link rel="icon" href="data:,">
<script type="module" src="/assets/${script}"></script></head><body><main><h1>A page</h1>${element}</main></body></html>`;

export interface DemoServer {
  /** A page that holds these elements. */
  readonly pageWith: (html: string) => string;
  close(): void;
}

/** Serves what `scripts/build-page.js` made, on loopback. */
export async function serveDemos(): Promise<DemoServer> {
  const manifest = JSON.parse(readFileSync(join(built, 'manifest.json'), 'utf8')) as { demos: string };
  const script = manifest.demos.replace('assets/', '');
  const server = createServer(({ url = '/' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const answer = (status: number, body: string | Uint8Array, type = extname(pathname)) =>
      response
        .writeHead(status, {
          'Content-Type': types[type] ?? 'text/plain',
          'Content-Security-Policy': policy,
          'X-Content-Type-Options': 'nosniff',
        })
        .end(body);
    try {
      if (pathname === '/page') answer(200, written(searchParams.get('element')!, 'light dark', script), '.html');
      else if (pathname === WASM_PATH) answer(200, readFileSync(wasm));
      else answer(200, readFileSync(join(built, 'assets', pathname.replace(/^\/assets\//, '').replaceAll('..', ''))));
    } catch {
      answer(404, `there is no ${pathname}`);
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    pageWith: (html) => `http://127.0.0.1:${port}/page?element=${encodeURIComponent(html)}`,
    close: () => server.close(),
  };
}
