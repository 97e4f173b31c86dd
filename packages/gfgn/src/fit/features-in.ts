import { blockIn, type Runtime, type Scope, type Source } from '@unbraid/graph';
import type { Csr } from '@unbraid/kernels';
import type { Matrix } from '@unbraid/nn';

/** Dense features in the arena, so that kernels run on them; nothing for sparse ones, which host operators bring along. */
export function featuresIn(
  scope: Scope,
  { arena }: Runtime,
  features: Csr | Matrix,
): (Source & { readonly data: Float32Array }) | undefined {
  if (!('data' in features)) return undefined;
  const block = blockIn(scope, arena.alloc('float32', features.data.length));
  block.data.set(features.data);
  return block;
}
