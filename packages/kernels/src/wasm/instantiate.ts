import { InputError } from '@unbraid/checks';
import { memoryFlagsAt, wasmBase64 } from '../generated/wasm.ts';
import type { WasmExports } from './exports.ts';
import { type WasmMemory, webAssembly } from './platform.ts';

/** Which implementation runs: `auto` is wasm where the runtime compiles it and the scalar twins elsewhere. */
export type EngineChoice = 'auto' | 'wasm' | 'scalar';

/** The kernels and the memory that they work on. */
export interface WasmInstance {
  readonly memory: WasmMemory;
  readonly exports: WasmExports;
}

let compiled: object | undefined;
let compiledShared: object | undefined;

function compile(flags: number): object {
  const bytes = Uint8Array.from(atob(wasmBase64), (character) => character.charCodeAt(0));
  bytes[memoryFlagsAt] = flags;
  return new (webAssembly().Module)(bytes);
}

/** Flags of the limits of an imported memory: that they have a maximum, and that it is shared (WebAssembly threads proposal). */
const [MAXIMUM, SHARED] = [1, 2];

/** The module for memory that threads share. It can be posted to a worker. */
export function sharedModule(): object {
  compiledShared ??= compile(MAXIMUM | SHARED);
  return compiledShared;
}

function moduleFor({ buffer }: WasmMemory): object {
  if (!(buffer instanceof ArrayBuffer)) return sharedModule();
  compiled ??= compile(MAXIMUM);
  return compiled;
}

/**
 * The kernels over the memory that `memoryOf` makes or has, or undefined for the scalar twins.
 *
 * @throws InputError for `wasm` where the runtime has no WebAssembly with 128-bit SIMD
 */
export function instantiate(choice: EngineChoice, memoryOf: () => WasmMemory): WasmInstance | undefined {
  if (choice === 'scalar') return undefined;
  try {
    const memory = memoryOf();
    return { memory, exports: exportsOf(moduleFor(memory), memory) };
  } catch (cause) {
    if (choice === 'auto') return undefined;
    throw new InputError(
      'missing',
      "kernels: engine 'wasm' needs WebAssembly with 128-bit SIMD; use engine 'auto' or 'scalar'",
      {
        cause,
      },
    );
  }
}

/** The functions of a module over a memory of its kind. */
export function exportsOf(module: object, memory: WasmMemory): WasmExports {
  return new (webAssembly().Instance)(module, { env: { memory } }).exports as WasmExports;
}
