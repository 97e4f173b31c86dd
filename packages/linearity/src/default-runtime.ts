import type { Runtime } from '@unbraid/graph';

/** onnxruntime-node on all cores, imported only when it is asked for, so that browsers never load it. */
export async function defaultRuntime(): Promise<Runtime> {
  const { nodeRuntime } = await import('@unbraid/graph/node');
  return nodeRuntime();
}
