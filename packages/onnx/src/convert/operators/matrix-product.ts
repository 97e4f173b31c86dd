import { cast, matmul, reshape, type Tensor } from '@unbraid/graph';

/** Which operands are used with their last two axes swapped. */
export interface Turned {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

const isFloat = ({ dtype }: Tensor): boolean => dtype === 'float32' || dtype === 'float64';

/**
 * NumPy's `matmul`: an operand of one axis is a row on the left and a column on the right, whose axis the result lacks; axes before the last
 * two broadcast. Integers are multiplied in double precision, where they are exact to 2⁵³.
 */
export function product(a: Tensor, b: Tensor, turned: Turned = {}): Tensor {
  if (!isFloat(a)) return cast(product(cast(a, 'float64'), cast(b, 'float64'), turned), a.dtype);
  const left = a.shape.length === 1 ? reshape(a, [1, a.shape[0]!]) : a;
  const right = b.shape.length === 1 ? reshape(b, [b.shape[0]!, 1]) : b;
  const result = stacked(left, right, turned);
  const kept = result.shape.filter(
    (_, axis, { length }) =>
      !(a.shape.length === 1 && axis === length - 2) && !(b.shape.length === 1 && axis === length - 1),
  );
  return reshape(result, kept);
}

/**
 * Rows of a stack of matrices that meet one matrix are the rows of one long matrix: so the product, and above all the gradient by that matrix, is a
 * single product of plain matrices.
 */
function stacked(a: Tensor, b: Tensor, turned: Turned): Tensor {
  const long = a.shape.length > 2 && b.shape.length === 2 && !turned.transposeA && !a.shape.includes(0);
  if (!long) return matmul(a, b, turned);
  const rows = a.shape.slice(0, -1);
  const flat = matmul(reshape(a, [-1, a.shape.at(-1)!]), b, turned);
  return reshape(flat, [...rows, flat.shape[1]!]);
}
