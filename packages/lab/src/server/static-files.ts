import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of the page. */
export interface StaticFile {
  readonly type: string;
  readonly path: string;
  /** Whether its name changes with its content. */
  readonly immutable: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/** Where the page is built. */
export const pageFolder = (): string => fileURLToPath(new URL('../../dist/page', import.meta.url));

const WASM = 'ort-wasm-simd-threaded.wasm';

/** The page's files by their addresses, as they lie there now; none where it isn't built. What a client asks for is looked up among these, and becomes no path. */
export function staticFiles(folder: string): ReadonlyMap<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  for (const name of namesIn(folder)) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const address = `/${name.split(sep).join('/')}`;
    files.set(address, {
      type,
      path: join(folder, name),
      immutable: /-[A-Z0-9]{8}\.[a-z]{2,5}$/.test(name),
    });
  }
  const wasm = wasmPath();
  if (wasm !== undefined) files.set(`/assets/${WASM}`, { type: TYPES['.wasm']!, path: wasm, immutable: false });
  return files;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
}

function wasmPath(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('@unbraid/ort-web/wasm');
  } catch {
    return undefined;
  }
}

interface Content {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

const read = new Map<string, Content>();

/** Read once: what is served is what lay there when it was first asked for. */
function contentOf(path: string): Content {
  const known = read.get(path);
  if (known !== undefined) return known;
  const bytes = Uint8Array.from(readFileSync(path));
  const content = { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` };
  read.set(path, content);
  return content;
}

/** A file as it is sent; nothing of it to a reader who knows it by this tag. */
export function sendStatic({ path, type, immutable }: StaticFile, known: string | undefined): Response {
  const content = contentOf(path);
  const headers = new Headers({
    'Content-Type': type,
    'Cache-Control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    ETag: content.etag,
  });
  if (known === content.etag) return new Response(null, { status: 304, headers });
  return new Response(content.bytes, { headers });
}
