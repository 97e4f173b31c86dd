import type { Peer } from './contest.ts';
import type { SideCommand } from './side.ts';

/** What calls ONNX Runtime: see `binding` of `@unbraid/graph`'s `nodeRuntime`. */
export type Binding = 'capi' | 'node';

export const OWN_BINDING = "onnxruntime-node's own binding";

/** Our side once more as a peer, with ONNX Runtime called by onnxruntime-node's own binding. */
export function ownBinding(ours: Omit<SideCommand, 'task'> & { readonly task: object }): Peer {
  return { ...ours, name: OWN_BINDING, label: OWN_BINDING, goal: null, task: { ...ours.task, binding: 'node' } };
}
