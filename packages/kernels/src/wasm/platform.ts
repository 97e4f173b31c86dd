import { InputError } from '@unbraid/checks';
/** The part of a WebAssembly.Memory that the arena uses. */
export interface WasmMemory {
  /** The bytes. Growing puts a larger buffer in the place of this one, which it detaches where the memory is not shared. */
  readonly buffer: ArrayBuffer;
  /** Adds pages of 64 KiB; throws a RangeError when the system or the maximum refuses. */
  grow(pages: number): number;
}

/** The part of the WebAssembly API used here, typed here so that no build needs the DOM library. */
interface WebAssemblyApi {
  readonly Memory: new (limits: { initial: number; maximum: number; shared?: boolean }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/** Bytes in a page of WebAssembly memory. */
export const PAGE_BYTES = 65536;

/**
 * The runtime's WebAssembly.
 *
 * @throws InputError in a runtime that has none or forbids it
 */
export function webAssembly(): WebAssemblyApi {
  const api = (globalThis as { readonly WebAssembly?: WebAssemblyApi }).WebAssembly;
  if (!api)
    throw new InputError(
      'missing',
      'kernels: this runtime has no WebAssembly; createRandom works without it, an arena does not',
    );
  return api;
}
