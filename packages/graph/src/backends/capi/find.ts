import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { InputError } from '@unbraid/checks';
import { processReport } from '../process-report.ts';
import type { Koffi } from './koffi.ts';

/** Where ONNX Runtime's library is, what calls it, and which package of npm it is from. */
export interface Native {
  readonly path: string;
  readonly version: string;
  readonly koffi: Koffi;
  readonly from: string;
}

/** What a package `@unbraid/ort-PLATFORM` exports. */
interface PlatformPackage {
  readonly library: string;
  readonly version: string;
  readonly koffi: Koffi;
}

/** For which there is a package `@unbraid/ort-PLATFORM`, as ONNX Runtime has a library. */
const PLATFORMS: readonly string[] = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];

/** The machine that is searched, which tests say otherwise. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** Whether its C library is not the GNU one, which ONNX Runtime's libraries for Linux need. */
  musl(): boolean;
  readonly require: NodeJS.Require;
}

const here: Machine = {
  platform: process.platform,
  arch: process.arch,
  musl: () => {
    const { header } = processReport();
    return header !== undefined && header.glibcVersionRuntime === undefined;
  },
  require: createRequire(import.meta.url),
};

/**
 * ONNX Runtime's library for this machine: that of our own package, `@unbraid/ort-PLATFORM`, else the one in `onnxruntime-node`.
 * @throws {InputError} `missing` where neither is installed, or none is made for the machine
 */
export function findNative(machine: Machine = here): Native {
  const name = ownPackage(machine);
  const own = loadIfInstalled<PlatformPackage>(machine, name);
  if (own !== undefined) return { path: own.library, version: own.version, koffi: own.koffi, from: name };
  const koffi = loadIfInstalled<Koffi>(machine, `@koromix/koffi-${machine.platform}-${machine.arch}`);
  const manifest = resolveIfInstalled(machine, 'onnxruntime-node/package.json');
  if (koffi === undefined || manifest === undefined) throw missing(machine);
  const { version } = machine.require(manifest) as { version: string };
  const folder = join(dirname(manifest), 'bin', 'napi-v6', machine.platform, machine.arch);
  return { path: join(folder, fileName(machine.platform, version)), version, koffi, from: 'onnxruntime-node' };
}

/** The version of ONNX Runtime that `findNative` finds, or that its own binding has. @throws {InputError} `missing` without either */
export function engineVersion(machine: Machine = here): string {
  const own = loadIfInstalled<PlatformPackage>(machine, ownPackage(machine));
  if (own !== undefined) return own.version;
  const manifest = resolveIfInstalled(machine, 'onnxruntime-node/package.json');
  if (manifest === undefined) throw missing(machine);
  return (machine.require(manifest) as { version: string }).version;
}

const ownPackage = ({ platform, arch }: Machine): string => `@unbraid/ort-${platform}-${arch}`;

function fileName(platform: string, version: string): string {
  if (platform === 'darwin') return `libonnxruntime.${version}.dylib`;
  return platform === 'win32' ? 'onnxruntime.dll' : 'libonnxruntime.so.1';
}

function loadIfInstalled<T>(machine: Machine, name: string): T | undefined {
  return resolveIfInstalled(machine, name) === undefined ? undefined : (machine.require(name) as T);
}

function resolveIfInstalled({ require }: Machine, name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

function missing({ platform, arch, musl }: Machine): InputError {
  const machine = `${platform}-${arch}`;
  const say = (message: string) => new InputError('missing', `graph: ${message}`);
  if (!PLATFORMS.includes(machine))
    return say(
      `ONNX Runtime has no library for ${machine}, only for ${PLATFORMS.join(', ')}; @unbraid/graph/web runs everywhere`,
    );
  if (platform === 'linux' && musl())
    return say(
      "ONNX Runtime's library needs glibc, 2.28 or newer, and here is musl; take a system with glibc, or @unbraid/graph/web",
    );
  return say(
    `ONNX Runtime's library isn't installed; npm install @unbraid/ort-${machine}, an optional dependency that --omit=optional leaves out`,
  );
}
