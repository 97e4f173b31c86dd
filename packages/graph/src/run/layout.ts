import { InputError } from '@unbraid/checks';
import type { DType } from '../dtype.ts';
import { type Shape, ShapeError, sizeOf } from '../shape.ts';
import type { TensorSpec } from '../tensor.ts';
import { leavesOf, type Tree } from '../tree.ts';

/** Where one tensor of a tree lies in the tree's flat vector; `offset` and `size` count elements. */
export interface LayoutLeaf {
  readonly path: string;
  readonly shape: Shape;
  readonly offset: number;
  readonly size: number;
}

/** How a tree of tensors lies in one flat vector: leaf after leaf, each row-major, without gaps. */
export interface Layout {
  readonly dtype: DType;
  readonly size: number;
  readonly leaves: readonly LayoutLeaf[];
}

/** The layout of a tree. @throws {ShapeError} when its leaves differ in element type, or there are none */
export function layoutOf(tree: Tree<TensorSpec>, name = 'tree'): Layout {
  let size = 0;
  let dtype: DType | undefined;
  const leaves = leavesOf(tree).map(({ path, value }) => {
    dtype ??= value.dtype;
    if (value.dtype !== dtype) {
      throw new ShapeError(
        `graph: ${name} mixes ${dtype} and ${value.dtype} (${path}); a flat vector has one element type`,
      );
    }
    const leaf = { path, shape: value.shape, offset: size, size: sizeOf(value.shape) };
    size += leaf.size;
    return leaf;
  });
  if (dtype === undefined) throw new ShapeError(`graph: ${name} has no tensors`);
  return { dtype, size, leaves };
}

/** The leaf that holds element `index` of the flat vector, and that element's position in the leaf. */
export function locate(layout: Layout, index: number): { leaf: LayoutLeaf; position: readonly number[] } {
  const leaf = layout.leaves.find(({ offset, size }) => index >= offset && index < offset + size);
  if (!leaf) throw new InputError('data', `graph: element ${index} is outside a vector of ${layout.size}`);
  let rest = index - leaf.offset;
  const position = leaf.shape
    .toReversed()
    .map((d) => {
      const at = rest % d;
      rest = Math.floor(rest / d);
      return at;
    })
    .reverse();
  return { leaf, position };
}
