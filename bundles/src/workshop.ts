import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { root } from '../../docs/src/documents.ts';
import { browserExample, libraries } from './examples.ts';

/** Where packages resolve as they do for a user, to what is built of them; no tool looks there. */
export const folder = join(root, 'node_modules', '.unbraid-bundles');

export const wasmFile = createRequire(import.meta.url).resolve('@unbraid/ort-web/wasm');

/** Libraries whose programs don't load ONNX Runtime. */
const light: ReadonlySet<string> = new Set(['checks', 'kernels', 'data', 'sim-env']);

/** How a bundler's users say where the WebAssembly file is: `imported`, `served`, or not at all, since the bundler brings it along. */
export type WasmAddress = 'imported' | 'served' | 'bundled';

/** Address of the WebAssembly file on the test's server. */
export const WASM_PATH = '/elsewhere/ort.wasm';

/** The program that runs on two threads. */
export const THREADS = 'threads';

/** Tells the threads that there are, and some of a product that is large enough for them. */
const threadsProgram = `import { compile, f32, matmul, trace } from '@unbraid/graph';
import { webRuntime } from '@unbraid/graph/web';
import { env } from '@unbraid/ort-web';
const runtime = webRuntime({ threads: 2 });
const graph = trace({ a: f32(200, 300), b: f32(300, 100) }, ({ a, b }) => ({ y: matmul(a, b) }));
const product = await compile(graph, runtime);
for (const { float32 } of [product.inputs.a, product.inputs.b]) float32.forEach((_, i) => { float32[i] = Math.sin(i); });
await product.run();
console.log(runtime.backend.name, env.wasm.numThreads, product.outputs.y.float32.slice(0, 20));
`;

const programs = [...libraries, THREADS];

/** Writes each library's program as JavaScript: `browser-NAME.js`, which is bundled, and `node-NAME.js`, which runs the same in Node. */
export async function writePrograms(): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  write('package.json', '{"type":"module"}');
  copyFileSync(fileURLToPath(new URL('report.js', import.meta.url)), join(folder, 'report.js'));
  for (const library of libraries) write(`browser-${library}.js`, await plain(browserExample(library).code));
  write(`browser-${THREADS}.js`, threadsProgram);
  for (const name of programs)
    write(
      `node-${name}.js`,
      `import { report } from './report.js';\nawait report(() => import('./browser-${name}.js'));\n`,
    );
}

const plain = async (typescript: string) => (await transform(typescript, { loader: 'ts' })).code;

/** Files by the names of what is to be made of them. */
export interface Entries {
  readonly page: string;
  readonly worker: string;
}

/** Writes the entries of a bundler: `page`, for a page or a Worker, runs the program that is asked for, and `worker` starts that one as a Worker. */
export function writeEntries(bundler: string, wasm: WasmAddress): Entries {
  for (const name of programs)
    write(`${bundler}-${name}.js`, `${light.has(name) ? '' : told[wasm]}await import('./browser-${name}.js');\n`);
  const loaders = programs.map((name) => `  '${name}': () => import('./${bundler}-${name}.js'),\n`);
  return {
    page: write(
      `${bundler}-page.js`,
      `import { report } from './report.js';
const programs = {
${loaders.join('')}};
await report(programs[typeof document === 'undefined' ? self.name : location.hash.slice(1)]);
`,
    ),
    worker: write(`${bundler}-worker.js`, workerStart(`./${bundler}-page.js`)),
  };
}

/** Writes what starts a Worker beside what was made by a bundler that knows nothing of Workers. */
export function writeWorkerStart(into: string): void {
  writeFileSync(join(into, 'worker.js'), workerStart('./page.js'));
}

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

/** Hands a Worker's result on to the page. */
const workerStart = (address: string) => `
const worker = new Worker(new URL('${address}', import.meta.url), { type: 'module', name: location.hash.slice(1) });
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
