import { isFloat } from '../dtype.ts';
import { broadcastReader, build } from '../ndarray.ts';
import { broadcastShapes, type Shape, ShapeError, show, sizeOf } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { bilinearTangent } from './bilinear.ts';
import { checkSameType } from './binary.ts';
import { optionsOf } from './options.ts';
import { emitProduct, type Transpositions } from './product-form.ts';
import { reshape } from './reshape.ts';
import { sumTo } from './sum-to.ts';
import { transposition } from './transpose.ts';

interface MatmulAttributes extends Transpositions {
  readonly [name: string]: boolean;
}

const operator: Operator<MatmulAttributes> = {
  name: 'matmul',
  type([a, b], attributes) {
    checkSameType('matmul', a!, b!);
    const { rows, inner, cols } = productSizes('matmul', a!, b!, attributes);
    if (inner[0] !== inner[1]) throw innerSizesDiffer('matmul', a!, b!, attributes, inner);
    const batch = broadcastShapes('matmul', a!.shape.slice(0, -2), b!.shape.slice(0, -2));
    return { shape: [...batch, rows, cols], dtype: a!.dtype };
  },
  evaluate([a, b], { shape, dtype, attributes: { transposeA, transposeB } }) {
    const readA = broadcastReader(a!);
    const readB = broadcastReader(b!);
    const inner = a!.shape.at(transposeA ? -2 : -1)!;
    return build(shape, dtype, (_, index) => {
      const [batch, row, col] = [index.slice(0, -2), index.at(-2)!, index.at(-1)!];
      let sum = 0;
      for (let k = 0; k < inner; k++) {
        const left = readA([...batch, ...(transposeA ? [k, row] : [row, k])]);
        sum += left * readB([...batch, ...(transposeB ? [col, k] : [k, col])]);
      }
      return sum;
    });
  },
  vjp(cotangent, { inputs: [a, b], attributes }) {
    if (isStack(a!, b!, attributes)) return stackCotangents(cotangent, a!, b!, attributes);
    const [da, db] = productCotangents(cotangent, a!, b!, attributes);
    return [sumTo(da, a!.shape), sumTo(db, b!.shape)];
  },
  jvp: (tangents, { inputs, attributes }) => bilinearTangent(tangents, inputs, (p, q) => matmul(p, q, attributes)),
  emit([a, b], { inputs, shape, attributes: { transposeA, transposeB } }, emitter) {
    if (shape.length === 2) {
      const { rows, cols, inner } = productSizes('matmul', inputs[0]!, inputs[1]!, { transposeA, transposeB });
      return emitProduct(a!, b!, { rows, cols, inner: inner[0], transposeA, transposeB }, emitter);
    }
    const turned = (name: string, { shape: s }: Tensor, turn: boolean) =>
      turn ? emitter.node('Transpose', [name], { perm: lastTwoSwapped(s) }) : name;
    return emitter.node('MatMul', [turned(a!, inputs[0]!, transposeA), turned(b!, inputs[1]!, transposeB)]);
  },
  simplify({ inputs: [a, b], attributes: { transposeA, transposeB } }) {
    const [turnA, turnB] = [swapsLastTwo(a!), swapsLastTwo(b!)];
    if (!turnA && !turnB) return undefined;
    return matmul(turnA ? a!.inputs[0]! : a!, turnB ? b!.inputs[0]! : b!, {
      transposeA: transposeA !== turnA,
      transposeB: transposeB !== turnB,
    });
  },
};

/** Sizes of a matrix product whose operands may be used transposed; `inner` holds both operands' inner size. */
export function productSizes(name: string, a: Tensor, b: Tensor, { transposeA, transposeB }: Transpositions) {
  if (a.shape.length < 2 || b.shape.length < 2 || !isFloat(a.dtype)) {
    const types = `${a.dtype}${show(a.shape)} and ${b.dtype}${show(b.shape)}`;
    throw new ShapeError(`${name}: takes float matrices, two axes at least, not ${types}`);
  }
  const [aRows, aCols] = a.shape.slice(-2) as [number, number];
  const [bRows, bCols] = b.shape.slice(-2) as [number, number];
  return {
    rows: transposeA ? aCols : aRows,
    cols: transposeB ? bRows : bCols,
    inner: [transposeA ? aRows : aCols, transposeB ? bCols : bRows] as const,
  };
}

export function innerSizesDiffer(name: string, a: Tensor, b: Tensor, flags: Transpositions, inner: Shape): ShapeError {
  const side = (t: Tensor, turned: boolean) => `${show(t.shape)}${turned ? 'ᵀ' : ''}`;
  const product = `${side(a, flags.transposeA)} × ${side(b, flags.transposeB)}`;
  return new ShapeError(`${name}: inner sizes differ in ${product}: ${inner[0]} against ${inner[1]}`);
}

/** Cotangents of both operands of a (batched) product, before the broadcast of batch axes is summed away. */
export function productCotangents(
  ct: Tensor,
  a: Tensor,
  b: Tensor,
  { transposeA, transposeB }: Transpositions,
): [Tensor, Tensor] {
  const da = transposeA
    ? matmul(b, ct, { transposeA: transposeB, transposeB: true })
    : matmul(ct, b, { transposeB: !transposeB });
  const db = transposeB
    ? matmul(ct, a, { transposeA: true, transposeB: transposeA })
    : matmul(a, ct, { transposeA: !transposeA });
  return [da, db];
}

/** Whether a product is one of the rows of all matrices of `a`, one below the other, and one matrix. */
export const isStack = (a: Tensor, b: Tensor, { transposeA }: Pick<Transpositions, 'transposeA'>): boolean =>
  a.shape.length > 2 && b.shape.length === 2 && !transposeA && sizeOf(a.shape) > 0;

/** The rows of all matrices, one below the other. */
const stacked = (x: Tensor): Tensor => reshape(x, [sizeOf(x.shape.slice(0, -1)), x.shape.at(-1)!]);

/** By products of two plain matrices: nothing of the size of the batch times that of `b` comes up. */
function stackCotangents(ct: Tensor, a: Tensor, b: Tensor, flags: Transpositions): [Tensor, Tensor] {
  const [da, db] = productCotangents(stacked(ct), stacked(a), b, flags);
  return [reshape(da, a.shape), db];
}

function lastTwoSwapped(shape: Shape): number[] {
  const n = shape.length;
  return [...shape.keys()].map((axis) => (axis < n - 2 ? axis : 2 * n - 3 - axis));
}

function swapsLastTwo(tensor: Tensor): boolean {
  const permutation = transposition(tensor);
  return (
    permutation !== undefined &&
    permutation.length >= 2 &&
    lastTwoSwapped(permutation).every((a, i) => a === permutation[i])
  );
}

/**
 * Matrix product over the last two axes; axes before them broadcast. `[…, n, k] × […, k, m]` gives `[…, n, m]`.
 * `transposeA` and `transposeB` use the matrices of that operand transposed, at no cost for plain matrices.
 */
export function matmul(a: Tensor, b: Tensor, flags: Partial<Transpositions> = {}): Tensor {
  const { transposeA = false, transposeB = false } = optionsOf('matmul', flags, 'transposeA', 'transposeB');
  return apply(operator, [a, b], { transposeA, transposeB });
}
