import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { root } from '../../packages/cli/test/documents.ts';
import { browserExample, type Library, libraries } from './examples.ts';

/** Where packages resolve as they do for a user, to what is built of them; no tool looks there. */
export const folder = join(root, 'node_modules', '.unbraid-bundles');

export const wasmFile = createRequire(import.meta.url).resolve('@unbraid/ort-web/wasm');

/** Libraries whose programs don't load ONNX Runtime. */
const light: ReadonlySet<Library> = new Set(['checks', 'kernels', 'data', 'sim-env']);

/** How a bundler's users say where the WebAssembly file is: `imported`, `served`, or not at all, since the bundler brings it along. */
export type WasmAddress = 'imported' | 'served' | 'bundled';

/** Address of the WebAssembly file on the test's server. */
export const WASM_PATH = '/elsewhere/ort.wasm';

/** Writes each library's example as a JavaScript module `program-NAME.js`, and what runs it. */
export async function writePrograms(): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  copyFileSync(fileURLToPath(new URL('report.js', import.meta.url)), join(folder, 'report.js'));
  for (const library of libraries) {
    const { code } = await transform(browserExample(library).code, { loader: 'ts' });
    write(`program-${library}.js`, code);
    write(`node-${library}.js`, runner(library));
  }
}

/** Writes the entries of a bundler, `NAME.js` for a page or a Worker. */
export const writeEntries = (bundler: string, wasm: WasmAddress): Entries =>
  entries((library) => [
    library,
    write(`${bundler}-${library}.js`, `${light.has(library) ? '' : told[wasm]}${runner(library)}`),
  ]);

/** Writes entries `worker-NAME.js` for pages that start the others as Workers, which the bundler bundles, too. */
export const writeWorkerEntries = (bundler: string): Entries =>
  entries((library) => [
    `worker-${library}`,
    write(`${bundler}-worker-${library}.js`, startWorker(`./${bundler}-${library}.js`)),
  ]);

/** Writes the same beside what a bundler has made, which knows nothing of Workers. */
export function writeWorkerStarts(into: string): void {
  for (const library of libraries) writeFileSync(join(into, `worker-${library}.js`), startWorker(`./${library}.js`));
}

const entries = (entry: (library: Library) => readonly [string, string]): Entries =>
  Object.fromEntries(libraries.map(entry));

/** Files by the names of what is to be made of them. */
export type Entries = Readonly<Record<string, string>>;

const told: Readonly<Record<WasmAddress, string>> = {
  bundled: '',
  imported: `import { setWasmUrl } from '@unbraid/graph/web';
import wasm from '@unbraid/ort-web/wasm';
setWasmUrl(new URL(wasm, import.meta.url));
`,
  served: `import { setWasmUrl } from '@unbraid/graph/web';
setWasmUrl(new URL('${WASM_PATH}', location.href));
`,
};

const runner = (library: Library) => `import { report } from './report.js';
await report(() => import('./program-${library}.js'));
`;

/** Hands a Worker's result on to the page. */
const startWorker = (
  address: string,
) => `const worker = new Worker(new URL('${address}', import.meta.url), { type: 'module' });
worker.onmessage = ({ data }) => {
  globalThis.result = data;
};
worker.onerror = ({ message }) => {
  globalThis.result = { printed: [], failure: message || 'the Worker could not be loaded', milliseconds: 0 };
};
`;

function write(name: string, code: string): string {
  const path = join(folder, name);
  writeFileSync(path, code);
  return path;
}
