import { InputError, InternalError } from '@unbraid/checks';
import type { OrtModule } from './ort-types.ts';

/** The part of `@unbraid/ort-web`, or of `onnxruntime-web`, that is used here. */
export interface Ort extends OrtModule {
  readonly env: {
    readonly versions: { readonly web?: string; readonly common: string };
    readonly wasm: { numThreads?: number; wasmPaths?: string | { wasm?: string | URL; mjs?: string | URL } };
  };
}

let address: string | undefined;
let loading: { readonly ort: Promise<Ort>; readonly threads: number } | undefined;

/**
 * Where the page finds ONNX Runtime's WebAssembly file, for every runtime of this page or worker that is told no `ort` of its own. Needed where
 * the bundler doesn't bring the file along: esbuild and Rollup leave it out, Vite and webpack add it themselves.
 * @throws {InputError} where the file has been loaded from elsewhere already
 */
export function setWasmUrl(url: string | URL): void {
  const wanted = String(url);
  if (wanted === address) return;
  if (loading !== undefined)
    throw new InputError(
      'setting',
      `graph: setWasmUrl comes too late for ${wanted}, ONNX Runtime is loaded; call it before the first session is made`,
    );
  address = wanted;
}

/**
 * ONNX Runtime's plain WebAssembly build, loaded once in a page or worker, when it is first needed.
 * @param threads a page's sessions share them, so those of the first count
 */
export function loadOrt(threads: number): Promise<Ort> {
  loading ??= { ort: load(threads), threads };
  if (loading.threads === threads) return loading.ort;
  throw new InputError(
    'setting',
    `graph: webRuntime's threads is ${threads}, but ONNX Runtime runs with ${loading.threads} in this page already; give every runtime the same`,
  );
}

async function load(threads: number): Promise<Ort> {
  const ort: Ort = await import('@unbraid/ort-web').catch((cause: unknown) => {
    // Where it was the network's fault, the next try may have it.
    loading = undefined;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `graph: @unbraid/ort-web can't be loaded: ${reason}; install it beside @unbraid/graph`;
    throw new InputError('missing', message, { cause });
  });
  ort.env.wasm.numThreads = threads;
  if (address !== undefined) ort.env.wasm.wasmPaths = { wasm: address };
  return ort;
}

/** What ONNX Runtime says where its WebAssembly file isn't there, or isn't what it needs. */
const NOT_LOADED = /no available backend found|initWasm/;

/** What it says where a provider has no kernel for a node and those for CPUs aren't asked. */
function nodeWithoutKernel(reason: string): string | undefined {
  const [before = '', after = ''] = reason.split(" node with name '");
  const end = after.indexOf("' is not set");
  return before.includes('Provider type for ') && end >= 0 ? after.slice(0, end) : undefined;
}

/** An error of making a session, which says what to do where it is the WebAssembly file that is missing, or a provider's kernel. */
export function explained(error: unknown, provider = 'wasm'): unknown {
  const reason = error instanceof Error ? error.message : String(error);
  const node = nodeWithoutKernel(reason);
  if (node !== undefined) {
    const message = `${provider} has no kernel for ${node}; compute it in float32, or by the provider wasm`;
    return new InternalError(message, { cause: error });
  }
  if (!NOT_LOADED.test(reason)) return error;
  const from = address ?? "the address that the bundler gave it (esbuild and Rollup don't bring it along)";
  const advice = `serve the file @unbraid/ort-web/wasm and call setWasmUrl of @unbraid/graph/web with its address first`;
  const [line = ''] = reason.split('\n');
  return new InputError(
    'missing',
    `graph: ONNX Runtime's WebAssembly can't be loaded from ${from}: ${line}; ${advice}`,
    {
      cause: error,
    },
  );
}
