import { isFloat } from './dtype.ts';
import { factored } from './fuse-products.ts';
import { constant } from './operators/constant.ts';
import { scaledGemm } from './operators/gemm.ts';
import { isStack } from './operators/matmul.ts';
import { mul } from './operators/mul.ts';
import { reduceSum } from './operators/reduce-sum.ts';
import type { ReductionAttributes } from './operators/reduction.ts';
import { reshape } from './operators/reshape.ts';
import { type Shape, sameShape, sizeOf } from './shape.ts';
import type { Tensor } from './tensor.ts';
import { readersIn, topologicalOrder, withInputs } from './topology.ts';

/*
 * Every node of a graph costs ONNX Runtime about a microsecond, which is most of a small network's step. Before a simplified graph is run,
 * sums are written as products with ones, and products take in the factors of their operands and results and what is added to them
 * (docs/decisions/019-nodes-of-a-step.md).
 */

/** alpha · A · B + beta · C, a matrix; the tensor that it stands for has the same entries. */
interface Product {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly c?: Tensor | undefined;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly alpha: number;
  readonly beta: number;
  /** Of the matrix. */
  readonly shape: Shape;
}

/** Rows up to which sums over them are products, which add up to 128 one after the other: half as many as ONNX Runtime's sums in parts do. */
const LONGEST_COLUMN = 512;
/** Entries of sums over everything that are: ONNX Runtime's own sums of more are more exact, since they add several side by side. */
const LONGEST_TOTAL = 256;
/** Squares of more than a row are added row by row first. */
const LONGEST_ROW = 512;

/** The same values from fewer nodes of ONNX, for running alone: nothing is derived from them. */
export function lower(roots: readonly Tensor[]): Tensor[] {
  const split = splitSquares(roots);
  const order = topologicalOrder(split);
  const readers = readersIn(order);
  const kept = new Set(split);
  const ones = onesOf();
  const made = new Map<Tensor, Tensor>();
  const products = new Map<Tensor, Product>();

  /** An operand of a product: a factor that only products read is left to them. */
  const operand = (x: Tensor): [Tensor, number] => {
    const [rest, factor] = factored(x);
    const absorbed = factor !== 1 && !kept.has(x) && readers.get(x)!.every((reader) => takesFactor(reader, x));
    return absorbed ? [made.get(rest)!, factor] : [made.get(x)!, 1];
  };
  /** The product that `x` is, if `reader` is all that reads it. */
  const ownProduct = (x: Tensor) => (kept.has(x) || readers.get(x)!.length > 1 ? undefined : products.get(x));

  const productOf = (tensor: Tensor): Product | undefined => {
    const { operator, inputs, shape } = tensor;
    if (!isFloat(tensor.dtype)) return undefined;
    switch (operator.name) {
      case 'matmul':
        return shape.length === 2 ? plainProduct(tensor, operand, made) : stackProduct(tensor, made);
      case 'gemm':
        return plainProduct(tensor, operand, made);
      case 'reduceSum':
        return sumProduct(tensor as unknown as Tensor<ReductionAttributes>, operand, ones);
      case 'reshape':
        return ownProduct(inputs[0]!);
      case 'mul': {
        const [x, factor] = factored(tensor);
        const product = factor === 1 ? undefined : ownProduct(x);
        return product && scaled(product, factor);
      }
      case 'add':
        for (const [x, y] of [inputs, inputs.toReversed()] as [Tensor, Tensor][]) {
          const whole = sameShape(y.shape, shape);
          const product = sameShape(x.shape, shape) && (whole || isRow(y, shape)) ? ownProduct(x) : undefined;
          if (product?.c || !product || x === y) continue;
          return plus(product, made.get(y)!, whole ? product.shape : [1, product.shape[1]!]);
        }
        return undefined;
      default:
        return undefined;
    }
  };
  for (const tensor of order) {
    const product = productOf(tensor);
    if (product) products.set(tensor, product);
    made.set(tensor, product ? reshaped(written(product), tensor.shape) : withInputs(tensor, made));
  }
  return split.map((root) => made.get(root)!);
}

/** Another shape, of what a reshape was made of. */
const reshaped = (x: Tensor, shape: Shape): Tensor =>
  x.operator.name === 'reshape' ? reshaped(x.inputs[0]!, shape) : reshape(x, shape);

const written = ({ a, b, c, shape: _, ...attributes }: Product): Tensor => scaledGemm(a, b, c, attributes);

function scaled(product: Product, factor: number): Product | undefined {
  const alpha = Math.fround(product.alpha * factor);
  const beta = Math.fround(product.beta * factor);
  const usable = (x: number) => x !== 0 && Number.isFinite(x);
  // In float64 a factor has to be a float32 all the same.
  const exact = product.a.dtype === 'float32' || (alpha === product.alpha * factor && beta === product.beta * factor);
  return exact && usable(alpha) && usable(beta) ? { ...product, alpha, beta } : undefined;
}

/** Whether it is one row that is added to all rows of a tensor of a shape. */
const isRow = (x: Tensor, shape: Shape): boolean =>
  x.shape.at(-1) === shape.at(-1) && sizeOf(x.shape) === shape.at(-1) && x.shape.length <= shape.length;

function plus(product: Product, addend: Tensor, shape: Shape): Product {
  const [c, beta] = factored(addend);
  return { ...product, c: reshaped(c, shape), beta };
}

type Operand = (x: Tensor) => [Tensor, number];

function plainProduct(tensor: Tensor, operand: Operand, made: ReadonlyMap<Tensor, Tensor>): Product | undefined {
  const { inputs, shape, attributes } = tensor;
  const { transposeA, transposeB, alpha = 1, beta = 1 } = attributes as unknown as Product;
  const [[a, left], [b, right]] = [operand(inputs[0]!), operand(inputs[1]!)];
  const product = { a, b, transposeA, transposeB, alpha, beta: 1, shape };
  const c = inputs[2] && { c: made.get(inputs[2])!, beta };
  const whole = scaled(product, left * right);
  return whole ? { ...whole, ...c } : undefined;
}

/** The product of many matrices and one as that of all their rows. */
function stackProduct({ inputs: [a, b], attributes }: Tensor, made: ReadonlyMap<Tensor, Tensor>): Product | undefined {
  const { transposeB } = attributes as unknown as Product;
  if (!isStack(a!, b!, attributes as unknown as Product)) return undefined;
  const inner = a!.shape.at(-1)!;
  const rows = sizeOf(a!.shape) / inner;
  return {
    ...{ a: reshaped(made.get(a!)!, [rows, inner]), b: made.get(b!)! },
    ...{ transposeA: false, transposeB, alpha: 1, beta: 1, shape: [rows, b!.shape[transposeB ? 0 : 1]!] },
  };
}

/** A sum over the rows of a matrix, or over everything, as a product with ones. */
function sumProduct(sum: Tensor<ReductionAttributes>, operand: Operand, ones: Ones): Product | undefined {
  const kind = kindOfSum(sum);
  if (!kind) return undefined;
  const [x, factor] = operand(sum.inputs[0]!);
  const form = { transposeA: false, transposeB: false, alpha: 1, beta: 1 };
  const [rows, cols] = x.shape as [number, number];
  if (kind === 'rows') return scaled({ ...form, a: ones([1, rows], x), b: x, shape: [1, cols] }, factor);
  const size = sizeOf(x.shape);
  const asColumn = x.shape.length === 2 && cols === 1;
  const operands = asColumn ? { a: ones([1, size], x), b: x } : { a: reshaped(x, [1, size]), b: ones([size, 1], x) };
  return scaled({ ...form, ...operands, shape: [1, 1] }, factor);
}

function kindOfSum({ inputs: [x], dtype, attributes: { axes } }: Tensor<ReductionAttributes>) {
  const { shape } = x!;
  const size = sizeOf(shape);
  if (!isFloat(dtype) || size === 0) return undefined;
  if (axes.every((_, i) => axes.includes(i)) && axes.length === shape.length) {
    return size <= LONGEST_TOTAL ? 'everything' : undefined;
  }
  return shape.length === 2 && axes[0] === 0 && shape[0]! <= LONGEST_COLUMN ? 'rows' : undefined;
}

/** Whether a tensor that reads `x` times a number may read `x` and take the number itself. */
function takesFactor(reader: Tensor, x: Tensor): boolean {
  if (!isFloat(reader.dtype)) return false;
  switch (reader.operator.name) {
    case 'matmul':
      return reader.shape.length === 2;
    case 'gemm':
      return reader.inputs[2] !== x;
    case 'reduceSum':
      return kindOfSum(reader as unknown as Tensor<ReductionAttributes>) !== undefined;
    default:
      return false;
  }
}

/** Long sums of squares as sums of rows of squares. */
function splitSquares(roots: readonly Tensor[]): Tensor[] {
  const made = new Map<Tensor, Tensor>();
  for (const tensor of topologicalOrder(roots)) {
    const own = withInputs(tensor, made);
    made.set(tensor, (own.operator.name === 'reduceSumSquare' && sumOfRows(own.inputs[0]!, own.shape)) || own);
  }
  return roots.map((root) => made.get(root)!);
}

function sumOfRows(x: Tensor, shape: Shape): Tensor | undefined {
  const size = sizeOf(x.shape);
  if (size <= LONGEST_ROW) return undefined;
  const width = x.shape.at(-1)!;
  const fits = (length: number) => length <= LONGEST_ROW && size % length === 0 && size / length <= LONGEST_TOTAL;
  // Rows that are there need no reshape.
  const rowOf = Array.from({ length: LONGEST_ROW }, (_, i) => LONGEST_ROW - i);
  const length = fits(width) ? width : rowOf.find(fits);
  if (length === undefined) return undefined;
  const rows = reshape(mul(x, x), [size / length, length]);
  return reshape(reduceSum(reduceSum(rows, { axes: [1], keepDims: true })), shape);
}

type Ones = (shape: Shape, like: Tensor) => Tensor;

/** Constants of ones, one for each shape and type. */
function onesOf(): Ones {
  const known = new Map<string, Tensor>();
  return (shape, { dtype }) => {
    const key = `${shape.join()} ${dtype}`;
    const ones = known.get(key) ?? constant(new Array<number>(sizeOf(shape)).fill(1), shape, dtype);
    known.set(key, ones);
    return ones;
  };
}
