import { InternalError } from '@unbraid/checks';
import { findNative } from './find.ts';
import type { Callable, Koffi } from './koffi.ts';
import { TABLE } from './table.ts';

/** An address; null is C's null pointer. */
export type Pointer = bigint | null;
/** What a function may be given as a pointer: an address, or bytes that it reads before it returns. */
type Bytes = Pointer | Uint8Array | BigInt64Array;

/** Functions of ONNX Runtime's C API, with what they give for a result and their failures as exceptions. */
export interface OnnxRuntime {
  readonly version: string;
  readonly koffi: Pick<Koffi, 'address'>;
  createEnv(severity: number, name: string): Pointer;
  createSessionOptions(): Pointer;
  createRunOptions(): Pointer;
  createSessionFromArray(env: Pointer, model: Bytes, bytes: number, options: Pointer): Pointer;
  createCpuMemoryInfo(allocator: number, memory: number): Pointer;
  createTensorWithDataAsOrtValue(
    info: Pointer,
    data: Pointer,
    bytes: number,
    shape: Bytes,
    rank: number,
    type: number,
  ): Pointer;
  createIoBinding(session: Pointer): Pointer;
  createAndRegisterAllocator(env: Pointer, info: Pointer, config: Pointer): void;
  addRunConfigEntry(options: Pointer, key: string, value: string): void;
  addSessionConfigEntry(options: Pointer, key: string, value: string): void;
  disableMemPattern(options: Pointer): void;
  setInterOpNumThreads(options: Pointer, threads: number): void;
  setIntraOpNumThreads(options: Pointer, threads: number): void;
  setSessionExecutionMode(options: Pointer, mode: number): void;
  setSessionGraphOptimizationLevel(options: Pointer, level: number): void;
  setSessionLogSeverityLevel(options: Pointer, severity: number): void;
  bindInput(binding: Pointer, name: string, value: Pointer): void;
  bindOutput(binding: Pointer, name: string, value: Pointer): void;
  releaseIoBinding(binding: Pointer): void;
  releaseSession(session: Pointer): void;
  releaseSessionOptions(options: Pointer): void;
  releaseValue(value: Pointer): void;
  /** Null, or a status for `check`: this one is called at every run, and isn't wrapped. */
  runWithBinding(session: Pointer, options: Pointer, binding: Pointer): Pointer;
  /** Frees a status. @throws InternalError with its message */
  check(status: Pointer): void;
}

/** Kept for the life of the process: koffi unloads a library whose handle is collected, whatever was taken from it. */
const handles: unknown[] = [];
let loaded: { readonly ort: OnnxRuntime; readonly from: string } | undefined;

/**
 * Loads ONNX Runtime's library by koffi, once a thread.
 * @throws {InputError} where it isn't installed
 * @throws InternalError where it can't be loaded, or is another version than the table of its functions
 */
export function loadLibrary(): OnnxRuntime {
  if (loaded === undefined) {
    const { koffi, path, from } = findNative();
    loaded = { ort: openLibrary(koffi, path, TABLE), from };
  }
  return loaded.ort;
}

/** The package whose library this thread has loaded. */
export const loadedFrom = (): string | undefined => loaded?.from;

/** What `loadLibrary` does, for a table of one's own. */
export function openLibrary(koffi: Koffi, path: string, table: LibraryTable): OnnxRuntime {
  const library = koffi.load(path);
  handles.push(library);
  const base = library.func('OrtGetApiBase', 'void *', [])() as bigint;
  const [getApi, getVersion] = koffi.decode(base, koffi.array('void *', 2)) as [bigint, bigint];
  const functionAt = (address: bigint, result: string, args: readonly unknown[]) =>
    koffi.decode(address, koffi.proto(result, args)) as Callable;
  const version = functionAt(getVersion, 'const char *', [])() as string;
  if (version !== table.library)
    throw new InternalError(
      `${path} is ONNX Runtime ${version}, the table of its functions is that of ${table.library}`,
    );
  const api = functionAt(getApi, 'void *', ['uint32_t'])(table.api) as Pointer;
  if (api === null) throw new InternalError(`ONNX Runtime ${version} has no version ${table.api} of its C API`);
  return functionsOf(koffi, api, table, version);
}

/** Which library a table of functions is of, and where they are in it. */
export interface LibraryTable {
  readonly library: string;
  readonly api: number;
  readonly functions: Readonly<Record<keyof (typeof TABLE)['functions'], number>>;
}

function functionsOf(koffi: Koffi, api: bigint, { functions }: LibraryTable, version: string): OnnxRuntime {
  const places = Object.values(functions);
  const addresses = koffi.decode(api, koffi.array('void *', 1 + Math.max(...places))) as bigint[];
  const raw = (name: keyof LibraryTable['functions'], result: string, args: readonly unknown[]) =>
    koffi.decode(addresses[functions[name]]!, koffi.proto(result, args)) as (...given: unknown[]) => never;
  const messageOf = raw('GetErrorMessage', 'const char *', ['void *']);
  const releaseStatus = raw('ReleaseStatus', 'void', ['void *']);
  const check = (status: Pointer): void => {
    if (status === null) return;
    const message: string = messageOf(status);
    releaseStatus(status);
    throw new InternalError(message);
  };
  const calling = (name: keyof LibraryTable['functions'], ...args: string[]) => {
    const call = raw(name, 'void *', args);
    return (...given: unknown[]) => check(call(...given));
  };
  const making = (name: keyof LibraryTable['functions'], ...args: string[]) => {
    const call = raw(name, 'void *', [...args, koffi.out(koffi.pointer('void *'))]);
    return (...given: unknown[]): Pointer => {
      const made: [Pointer] = [null];
      check(call(...given, made));
      return made[0];
    };
  };
  const releasing = (name: keyof LibraryTable['functions']) => raw(name, 'void', ['void *']);
  return {
    version,
    koffi,
    createEnv: making('CreateEnv', 'int', 'const char *'),
    createSessionOptions: making('CreateSessionOptions'),
    createRunOptions: making('CreateRunOptions'),
    createSessionFromArray: making('CreateSessionFromArray', 'void *', 'const void *', 'size_t', 'void *'),
    createCpuMemoryInfo: making('CreateCpuMemoryInfo', 'int', 'int'),
    createTensorWithDataAsOrtValue: making(
      'CreateTensorWithDataAsOrtValue',
      ...['void *', 'void *', 'size_t', 'const int64_t *', 'size_t', 'int'],
    ),
    createIoBinding: making('CreateIoBinding', 'void *'),
    createAndRegisterAllocator: calling('CreateAndRegisterAllocator', 'void *', 'void *', 'void *'),
    addRunConfigEntry: calling('AddRunConfigEntry', 'void *', 'const char *', 'const char *'),
    addSessionConfigEntry: calling('AddSessionConfigEntry', 'void *', 'const char *', 'const char *'),
    disableMemPattern: calling('DisableMemPattern', 'void *'),
    setInterOpNumThreads: calling('SetInterOpNumThreads', 'void *', 'int'),
    setIntraOpNumThreads: calling('SetIntraOpNumThreads', 'void *', 'int'),
    setSessionExecutionMode: calling('SetSessionExecutionMode', 'void *', 'int'),
    setSessionGraphOptimizationLevel: calling('SetSessionGraphOptimizationLevel', 'void *', 'int'),
    setSessionLogSeverityLevel: calling('SetSessionLogSeverityLevel', 'void *', 'int'),
    bindInput: calling('BindInput', 'void *', 'const char *', 'void *'),
    bindOutput: calling('BindOutput', 'void *', 'const char *', 'void *'),
    releaseIoBinding: releasing('ReleaseIoBinding'),
    releaseSession: releasing('ReleaseSession'),
    releaseSessionOptions: releasing('ReleaseSessionOptions'),
    releaseValue: releasing('ReleaseValue'),
    runWithBinding: raw('RunWithBinding', 'void *', ['void *', 'void *', 'void *']),
    check,
  };
}
