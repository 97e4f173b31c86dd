// Copies the plain WebAssembly build out of the pinned onnxruntime-web into dist/, each file checked by its hash, and writes
// the entries beside it. Does nothing when dist/ is newer than this script.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const output = join(root, 'dist');
const last = 'index.js';

/** SHA-256 of the files of onnxruntime-web 1.30.0. */
const FILES = {
  // For browsers: onnxruntime-common and the loader are inside.
  'ort.wasm.bundle.min.mjs': '11e64bd8ffe11bd1a2a2f0d6275fdfbbba7262f0b76b99b53d228a8a22ef3d90',
  // For Node, with the loader that it imports.
  'ort.node.min.mjs': 'f41b1e1ccf89e7b630c2a822192d6cf48d642b1abe3c321f1ad6b4130a78327e',
  'ort-wasm-simd-threaded.mjs': 'e13f7f94fc51b4ca72b12faeb1ee95f4ace6dfbc8939bc718aabdc0a27c4299b',
  'ort-wasm-simd-threaded.wasm': '3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2',
};

function upToDate() {
  const changed = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.NEGATIVE_INFINITY;
  return changed(fileURLToPath(import.meta.url)) < changed(join(output, last));
}

function copy(from) {
  for (const [name, expected] of Object.entries(FILES)) {
    const bytes = readFileSync(join(from, name));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (sha256 !== expected) throw new Error(`ort-web: ${join(from, name)} has the SHA-256 ${sha256}, not ${expected}`);
    writeFileSync(join(output, name), name.endsWith('.mjs') ? withoutSourceMap(bytes.toString()) : bytes);
  }
}

/** The maps aren't copied, and a comment that names a file that isn't there makes bundlers and debuggers warn. */
const withoutSourceMap = (text) => text.replace(/\n\/\/# sourceMappingURL=\S+\s*$/, '\n');

if (!upToDate()) {
  mkdirSync(output, { recursive: true });
  copy(dirname(createRequire(import.meta.url).resolve('onnxruntime-web/wasm')));
  writeFileSync(join(output, 'index.d.ts'), "export * from 'onnxruntime-common';\n");
  writeFileSync(join(output, 'node.js'), "export * from './ort.node.min.mjs';\n");
  writeFileSync(join(output, last), "export * from './ort.wasm.bundle.min.mjs';\n");
}
