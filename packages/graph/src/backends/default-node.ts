import type { Runtime, RuntimeOptions } from './backend.ts';

export type { Runtime, RuntimeOptions } from './backend.ts';

/**
 * What runs graphs where nothing else is chosen: in Node, Deno and Bun ONNX Runtime as a native library, on all cores. It is loaded now and not
 * before.
 * @throws {InputError} for options that are unknown or out of range
 */
export async function defaultRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  const { nodeRuntime } = await import('./node.ts');
  return nodeRuntime(options);
}
