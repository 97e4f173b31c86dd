// Compiles assembly/*.ts to WebAssembly and writes the bytes as base64 to src/generated/wasm.ts, so that the kernels
// load without file or network access in Node and in browsers alike. Does nothing when that file is newer than its inputs.
import { mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const assembly = join(root, 'assembly');
const output = join(root, 'src/generated/wasm.ts');

const options = [
  '-O3',
  '--converge',
  '--noAssert',
  ...['--runtime', 'stub'],
  '--importMemory',
  '--noExportMemory',
  ...['--initialMemory', '1'],
  ...['--enable', 'simd'],
  ...['--disable', 'mutable-globals'],
  ...['--use', 'abort='],
];

/** Milliseconds of the last change, or -Infinity if there is no such file. */
function changed(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.NEGATIVE_INFINITY;
}

function upToDate() {
  const sources = readdirSync(assembly).map((name) => join(assembly, name));
  const inputs = [...sources, assembly, fileURLToPath(import.meta.url), join(root, 'package.json')];
  return inputs.every((input) => changed(input) < changed(output));
}

async function compile() {
  const { default: asc } = await import('assemblyscript/asc');
  let binary;
  const { error, stderr } = await asc.main(
    ['index.ts', '--baseDir', assembly, '--outFile', 'kernels.wasm', ...options],
    {
      writeFile(name, contents) {
        if (name === 'kernels.wasm') binary = contents;
      },
    },
  );
  if (error) throw new Error(`kernels: assembly/ does not compile\n${stderr.toString()}`);
  return binary;
}

/** The kernels share the memory with the arena, so they must bring nothing of their own into it. */
function checkSelfContained(binary) {
  const module = new WebAssembly.Module(binary);
  const imports = WebAssembly.Module.imports(module).map(({ module, name }) => `${module}.${name}`);
  if (imports.join() !== 'env.memory') throw new Error(`kernels: the module imports ${imports}, not only env.memory`);
  const dataSection = 11;
  if (sectionIds(binary).includes(dataSection)) {
    throw new Error(
      'kernels: the module has static data, which would overwrite the arena; use no strings and no static arrays',
    );
  }
}

/** Ids of the sections of a wasm binary: after 8 bytes of header, each is an id, a LEB128 length and a body. */
function sectionIds(binary) {
  const ids = [];
  for (let at = 8; at < binary.length; ) {
    ids.push(binary[at++]);
    let length = 0;
    for (let shift = 0, more = true; more; shift += 7, at++) {
      length |= (binary[at] & 0x7f) << shift;
      more = (binary[at] & 0x80) !== 0;
    }
    at += length;
  }
  return ids;
}

function write(binary) {
  mkdirSync(dirname(output), { recursive: true });
  const lines = Buffer.from(binary)
    .toString('base64')
    .match(/.{1,120}/g);
  const text = `// Made by scripts/build-wasm.js from assembly/.\nexport const wasmBase64 = \`\n${lines.join('\n')}\n\`;\n`;
  const temporary = `${output}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, output);
}

if (!upToDate()) {
  const binary = await compile();
  checkSelfContained(binary);
  write(binary);
}
