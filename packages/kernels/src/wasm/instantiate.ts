import { wasmBase64 } from '../generated/wasm.ts';
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

function compile(): object {
  const bytes = Uint8Array.from(atob(wasmBase64), (character) => character.charCodeAt(0));
  return new (webAssembly().Module)(bytes);
}

/**
 * The kernels over the memory that `memoryOf` makes or has, or undefined for the scalar twins.
 *
 * @throws Error for `wasm` where the runtime has no WebAssembly with 128-bit SIMD
 */
export function instantiate(choice: EngineChoice, memoryOf: () => WasmMemory): WasmInstance | undefined {
  if (choice === 'scalar') return undefined;
  try {
    compiled ??= compile();
    const memory = memoryOf();
    const { exports } = new (webAssembly().Instance)(compiled, { env: { memory } });
    return { memory, exports: exports as WasmExports };
  } catch (cause) {
    if (choice === 'auto') return undefined;
    throw new Error("kernels: engine 'wasm' needs WebAssembly with 128-bit SIMD; use engine 'auto' or 'scalar'", {
      cause,
    });
  }
}
