import type { Runtime, RuntimeOptions } from './backend.ts';
import { webRuntime } from './web.ts';

export type { Runtime, RuntimeOptions } from './backend.ts';

/**
 * What runs graphs where nothing else is chosen: in pages and their workers ONNX Runtime in WebAssembly, on one thread. It is loaded with the
 * first session.
 * @throws {InputError} for options that are unknown or out of range
 */
export async function defaultRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  return webRuntime(options);
}
