import { join } from 'node:path';
import { expect, test } from 'vitest';
import { engineVersion, findNative, type Machine } from './find.ts';

/** A machine on which these packages are installed. */
function machine(platform: string, arch: string, packages: Readonly<Record<string, unknown>>, musl = false): Machine {
  const resolve = (name: string) => {
    if (name in packages) return join('/modules', name);
    throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
  };
  const load = (path: string) => packages[path.replace(/^.modules./, '').replaceAll('\\', '/')];
  return { platform, arch, musl: () => musl, require: Object.assign(load, { resolve }) as unknown as NodeJS.Require };
}

const koffi = { load: () => undefined };
const own = { library: '/modules/@unbraid/ort-linux-x64/libonnxruntime.so.1', version: '1.30.0', koffi };
const theirs = { 'onnxruntime-node/package.json': { version: '1.30.0' } };

test('our own package comes first', () => {
  const packages = { '@unbraid/ort-linux-x64': own, '@koromix/koffi-linux-x64': {}, ...theirs };
  expect(findNative(machine('linux', 'x64', packages))).toEqual({
    path: own.library,
    version: '1.30.0',
    koffi,
    from: '@unbraid/ort-linux-x64',
  });
});

test('the version is that of the package that runs', () => {
  expect(
    engineVersion(machine('linux', 'x64', { '@unbraid/ort-linux-x64': { ...own, version: '1.31.0' }, ...theirs })),
  ).toBe('1.31.0');
  expect(engineVersion(machine('linux', 'x64', theirs))).toBe('1.30.0');
  expect(() => engineVersion(machine('linux', 'x64', {}))).toThrow("isn't installed");
});

test.each([
  ['linux', 'arm64', 'libonnxruntime.so.1'],
  ['darwin', 'arm64', 'libonnxruntime.1.30.0.dylib'],
  ['win32', 'x64', 'onnxruntime.dll'],
])('without it onnxruntime-node’s library is taken on %s %s', (platform, arch, file) => {
  const packages = { [`@koromix/koffi-${platform}-${arch}`]: koffi, ...theirs };
  expect(findNative(machine(platform, arch, packages))).toEqual({
    path: join('/modules/onnxruntime-node/bin/napi-v6', platform, arch, file),
    version: '1.30.0',
    koffi,
    from: 'onnxruntime-node',
  });
});

test.each([
  [
    machine('linux', 'x64', {}),
    "graph: ONNX Runtime's library isn't installed; npm install @unbraid/ort-linux-x64, an optional dependency that --omit=optional leaves out",
  ],
  [
    machine('win32', 'arm64', theirs),
    "graph: ONNX Runtime's library isn't installed; npm install @unbraid/ort-win32-arm64, an optional dependency that --omit=optional leaves out",
  ],
  [
    machine('linux', 'arm64', {}, true),
    "graph: ONNX Runtime's library needs glibc, 2.28 or newer, and here is musl; take a system with glibc, or @unbraid/graph/web",
  ],
  [
    machine('darwin', 'x64', theirs),
    'graph: ONNX Runtime has no library for darwin-x64, only for linux-x64, linux-arm64, darwin-arm64, win32-x64, win32-arm64; @unbraid/graph/web runs everywhere',
  ],
])('what is missing is said in one line, case %#', (given, message) => {
  expect(() => findNative(given)).toThrow(expect.objectContaining({ code: 'missing', message }));
});

test('a package that is there and can’t be loaded is not taken for missing', () => {
  const broken = machine('linux', 'x64', { '@unbraid/ort-linux-x64': own });
  const require = Object.assign(
    () => {
      throw new Error('koffi.node: file too short');
    },
    { resolve: broken.require.resolve },
  ) as unknown as NodeJS.Require;
  expect(() => findNative({ ...broken, require })).toThrow('koffi.node: file too short');
});
