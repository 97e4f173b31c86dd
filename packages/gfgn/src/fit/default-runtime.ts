import type { Runtime } from '@unbraid/graph';

let runtime: Promise<Runtime> | undefined;

/** onnxruntime-node, made when it is first needed, so that browsers never load it. */
export function defaultRuntime(): Promise<Runtime> {
  runtime ??= import('@unbraid/graph/node').then(({ nodeRuntime }) => nodeRuntime());
  return runtime;
}
