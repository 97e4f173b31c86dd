import { InputError } from '@unbraid/checks';
import { LEAF, type Tensor, type TensorSpec } from './tensor.ts';

/** Nested records and lists with leaves of one kind. Leaves are visited in the order of their keys. */
export type Tree<L> = L | { readonly [key: string]: Tree<L> } | readonly Tree<L>[];

/** A tree of the same shape as `S` with every leaf replaced by `L`. */
export type Like<S, L> = S extends TensorSpec ? L : { readonly [K in keyof S]: Like<S[K], L> };

/** The symbolic tensors that stand for a tree of specifications. */
export type TensorsOf<S> = Like<S, Tensor>;

/** A leaf of a tree, and its path from the root. */
export interface Leaf<L> {
  /** Keys from the root, joined by dots; empty for a tree that is a leaf itself. */
  readonly path: string;
  readonly value: L;
}

const isLeaf = (x: unknown): x is TensorSpec => typeof x === 'object' && x !== null && LEAF in x;

/** All leaves of a tree of tensors or specifications. @throws {InputError} naming an entry that is neither tree nor leaf */
export function leavesOf<L extends TensorSpec>(tree: Tree<L>, path = ''): Leaf<L>[] {
  if (isLeaf(tree)) return [{ path, value: tree as L }];
  return branches(tree, path).flatMap(([key, branch]) => leavesOf(branch as Tree<L>, join(path, key)));
}

/** The tree with every leaf replaced by what `f` makes of it; the result has the type `Like<typeof tree, L>`. */
export function mapTree<S, L>(tree: S, f: (leaf: TensorSpec, path: string) => L): Like<S, L> {
  const visit = (node: unknown, at: string): unknown => {
    if (isLeaf(node)) return f(node, at);
    const mapped = branches(node, at).map(([key, branch]) => [key, visit(branch, join(at, key))] as const);
    return Array.isArray(node) ? mapped.map(([, value]) => value) : Object.fromEntries(mapped);
  };
  return visit(tree, '') as Like<S, L>;
}

/** The tree with its leaves replaced by `values`, given in the order of `leavesOf`. */
export function refill<S, L>(tree: S, values: readonly L[]): Like<S, L> {
  let at = 0;
  return mapTree<S, L>(tree, () => values[at++] as L);
}

const join = (path: string, key: string) => (path === '' ? key : `${path}.${key}`);

function branches(node: unknown, path: string): [string, unknown][] {
  if (typeof node !== 'object' || node === null || ArrayBuffer.isView(node)) {
    throw new InputError(
      'data',
      `graph: ${path || 'the tree'} is ${describe(node)}; a tensor or a record of tensors is needed`,
    );
  }
  return Object.entries(node);
}

const describe = (x: unknown): string => (typeof x === 'object' ? (x?.constructor.name ?? 'null') : `a ${typeof x}`);
