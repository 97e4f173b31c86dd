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
  // The most there is, as an import of shared memory has to say.
  ...['--maximumMemory', '65535'],
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
  if (sections(binary).some(({ id }) => id === dataSection)) {
    throw new Error(
      'kernels: the module has static data, which would overwrite the arena; use no strings and no static arrays',
    );
  }
}

/** The sections of a wasm binary: after 8 bytes of header, each is an id, a LEB128 length and a body. */
function sections(binary) {
  const found = [];
  for (let at = 8; at < binary.length; ) {
    const id = binary[at++];
    let length = 0;
    for (let shift = 0, more = true; more; shift += 7, at++) {
      length |= (binary[at] & 0x7f) << shift;
      more = (binary[at] & 0x80) !== 0;
    }
    found.push({ id, body: at });
    at += length;
  }
  return found;
}

/** Where the limits of the imported memory begin: with 1 for limits that include a maximum, which 3 makes those of shared memory. */
function memoryFlagsAt(binary) {
  const importSection = 2;
  const { body } = sections(binary).find(({ id }) => id === importSection);
  // A count of 1, the two names behind their lengths, and the kind of what is imported.
  const afterModule = body + 2 + binary[body + 1];
  const at = afterModule + 1 + binary[afterModule] + 1;
  if (binary[at] !== 1) throw new Error(`kernels: the import of the memory has the flags ${binary[at]}, not 1`);
  return at;
}

function write(binary) {
  mkdirSync(dirname(output), { recursive: true });
  const lines = Buffer.from(binary)
    .toString('base64')
    .match(/.{1,120}/g);
  const text = `// Made by scripts/build-wasm.js from assembly/.\nexport const memoryFlagsAt = ${memoryFlagsAt(binary)};\nexport const wasmBase64 = \`\n${lines.join('\n')}\n\`;\n`;
  const temporary = `${output}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, output);
}

if (!upToDate()) {
  const binary = await compile();
  checkSelfContained(binary);
  write(binary);
}
