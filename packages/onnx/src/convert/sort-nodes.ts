import { InputError } from '@unbraid/checks';
import type { NodeProto } from '../proto/model-proto.ts';

/**
 * `roots` and all nodes before them, each after those that it needs. Iterative, so that depth has no limit.
 * @throws {InputError} `model`, for nodes that need each other in a circle
 */
export function sortNodes(roots: readonly NodeProto[], needs: (node: NodeProto) => readonly NodeProto[]): NodeProto[] {
  const order: NodeProto[] = [];
  const state = new Map<NodeProto, 'open' | 'done'>();
  for (const root of roots) {
    const stack: { readonly node: NodeProto; readonly before: readonly NodeProto[]; next: number }[] = [];
    const enter = (node: NodeProto): void => {
      const known = state.get(node);
      if (known === 'done') return;
      if (known === 'open')
        throw new InputError(
          'model',
          `onnx: ${node.type} ${node.name} needs its own output: there is a circle of nodes`,
        );
      state.set(node, 'open');
      stack.push({ node, before: needs(node), next: 0 });
    };
    enter(root);
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const before = top.before[top.next++];
      if (before) enter(before);
      else {
        state.set(top.node, 'done');
        order.push(top.node);
        stack.pop();
      }
    }
  }
  return order;
}
