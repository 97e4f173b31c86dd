// Writes src/backends/capi/table.ts from ONNX Runtime's header:
//   node scripts/read-ort-header.js PATH/onnxruntime_c_api.h LIBRARY_VERSION
// The header is include/onnxruntime/core/session/onnxruntime_c_api.h of ONNX Runtime's repository. Versions of the table only append to it, so
// the header may be older than the library.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** What src/backends/capi calls. */
const NEEDED = [
  'AddRunConfigEntry',
  'AddSessionConfigEntry',
  'BindInput',
  'BindOutput',
  'CreateAndRegisterAllocator',
  'CreateCpuMemoryInfo',
  'CreateEnv',
  'CreateIoBinding',
  'CreateRunOptions',
  'CreateSessionFromArray',
  'CreateSessionOptions',
  'CreateTensorWithDataAsOrtValue',
  'DisableMemPattern',
  'GetErrorMessage',
  'ReleaseIoBinding',
  'ReleaseSession',
  'ReleaseSessionOptions',
  'ReleaseStatus',
  'ReleaseValue',
  'RunWithBinding',
  'SetInterOpNumThreads',
  'SetIntraOpNumThreads',
  'SetSessionExecutionMode',
  'SetSessionGraphOptimizationLevel',
  'SetSessionLogSeverityLevel',
];

/** The names of the members of `struct OrtApi`, in their order. */
function membersOf(header) {
  const from = header.indexOf('struct OrtApi {') + 'struct OrtApi {'.length;
  let depth = 1;
  let to = from;
  for (; depth > 0; to++) depth += { '{': 1, '}': -1 }[header[to]] ?? 0;
  const body = header
    .slice(from, to - 1)
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/\/\/.*/g, '');
  const forms = [
    [/ORT_API2_STATUS\(\s*(\w+)/, ''],
    [/ORT_API_T\([^,]*,\s*(\w+)/, ''],
    [/ORT_CLASS_RELEASE2?\(\s*(\w+)/, 'Release'],
    [/\(\s*(?:ORT_API_CALL\s*)?\*\s*(\w+)\s*\)/, ''],
  ];
  return body
    .split(';')
    .filter((member) => member.trim() !== '')
    .map((member) => {
      const found = forms.map(([form, prefix]) => [member.match(form)?.[1], prefix]).find(([name]) => name);
      if (!found) throw new Error(`no name in ${member.trim()}`);
      return found[1] + found[0];
    });
}

const [path, version] = process.argv.slice(2);
if (!version) throw new Error('usage: node scripts/read-ort-header.js PATH/onnxruntime_c_api.h LIBRARY_VERSION');
const header = await readFile(path, 'utf8');
const members = membersOf(header);
const api = Number(header.match(/#define ORT_API_VERSION (\d+)/)[1]);
const places = NEEDED.map((name) => {
  if (!members.includes(name)) throw new Error(`the header has no ${name}`);
  return `    ${name}: ${members.indexOf(name)},`;
});
const text = `/** Where functions are in ONNX Runtime's table. Written by scripts/read-ort-header.js; don't edit it. */
export const TABLE = {
  /** The library that it was tried with. */
  library: '${version}',
  /** The version of the table in the header. */
  api: ${api},
  functions: {
${places.join('\n')}
  },
} as const;
`;
await writeFile(fileURLToPath(new URL('../src/backends/capi/table.ts', import.meta.url)), text);
