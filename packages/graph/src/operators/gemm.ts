import { broadcastReader, build } from '../ndarray.ts';
import { broadcastShapes, ShapeError, sameShape, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { add } from './add.ts';
import { checkSameType } from './binary.ts';
import { broadcastTo } from './broadcast-to.ts';
import { innerSizesDiffer, matmul, productCotangents, productSizes } from './matmul.ts';
import { mul } from './mul.ts';
import { optionsOf } from './options.ts';
import { emitProduct, type Transpositions } from './product-form.ts';
import { sumTo } from './sum-to.ts';

interface GemmAttributes extends Transpositions {
  readonly [name: string]: boolean | number;
  /** Times the product. */
  readonly alpha: number;
  /** Times the addend. */
  readonly beta: number;
}

const operator: Operator<GemmAttributes> = {
  name: 'gemm',
  type([a, b, c], attributes) {
    checkSameType('gemm', a!, b!);
    if (c) checkSameType('gemm', a!, c);
    if (a!.shape.length !== 2 || b!.shape.length !== 2) {
      throw new ShapeError(`gemm: takes plain matrices, not ${show(a!.shape)} and ${show(b!.shape)}`);
    }
    const { rows, cols, inner } = productSizes('gemm', a!, b!, attributes);
    if (inner[0] !== inner[1]) throw innerSizesDiffer('gemm', a!, b!, attributes, inner);
    const shape = [rows, cols];
    if (c && !sameShape(broadcastShapes('gemm', c.shape, shape), shape)) {
      throw new ShapeError(`gemm: the addend ${show(c.shape)} is larger than the product ${show(shape)}`);
    }
    return { shape, dtype: a!.dtype };
  },
  evaluate([a, b, c], { shape, dtype, attributes: { transposeA, transposeB, alpha, beta } }) {
    const [readA, readB] = [broadcastReader(a!), broadcastReader(b!)];
    const readC = c && broadcastReader(c);
    const inner = a!.shape[transposeA ? 0 : 1]!;
    return build(shape, dtype, (_, index) => {
      const [i, j] = index as [number, number];
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += readA(transposeA ? [k, i] : [i, k]) * readB(transposeB ? [j, k] : [k, j]);
      // Last, as in a sum that `fuseProducts` made a part of the product.
      return alpha * sum + (readC ? beta * readC(index) : 0);
    });
  },
  vjp: (cotangent, { inputs: [a, b, c], attributes }) => [
    ...productCotangents(scaled(cotangent, attributes.alpha), a!, b!, attributes),
    ...(c ? [sumTo(scaled(cotangent, attributes.beta), c.shape)] : []),
  ],
  jvp([ta, tb, tc], { inputs: [a, b], attributes: { transposeA, transposeB, alpha, beta }, shape }) {
    const turned = { transposeA, transposeB };
    const parts = [
      ta && scaled(matmul(ta, b!, turned), alpha),
      tb && scaled(matmul(a!, tb, turned), alpha),
      tc && scaled(tc, beta),
    ].filter((t) => t !== undefined);
    const sum = parts.length > 0 ? parts.reduce((x, y) => add(x, y)) : undefined;
    return sum && broadcastTo(sum, shape);
  },
  emit([a, b, c], { inputs, attributes: { transposeA, transposeB, alpha, beta } }, emitter) {
    const { rows, cols, inner } = productSizes('gemm', inputs[0]!, inputs[1]!, { transposeA, transposeB });
    const addend = c === undefined ? undefined : { name: c, shape: inputs[2]!.shape, beta };
    return emitProduct(a!, b!, { rows, cols, inner: inner[0], transposeA, transposeB, alpha, addend }, emitter);
  },
};

const scaled = (t: Tensor, factor: number): Tensor => (factor === 1 ? t : mul(t, factor));

/** a · b + c for plain matrices, each of a and b used transposed on request; c broadcasts to `[rows, cols]`. */
export const gemm = (a: Tensor, b: Tensor, c: Tensor, flags: Partial<Transpositions> = {}): Tensor => {
  const { transposeA = false, transposeB = false } = optionsOf('gemm', flags, 'transposeA', 'transposeB');
  return scaledGemm(a, b, c, { transposeA, transposeB, alpha: 1, beta: 1 });
};

/** alpha · a · b + beta · c, or without c; both numbers must be float32, which is what ONNX keeps them as. */
export const scaledGemm = (
  a: Tensor,
  b: Tensor,
  c: Tensor | undefined,
  attributes: Transpositions & { readonly alpha: number; readonly beta: number },
): Tensor => apply(operator, c ? [a, b, c] : [a, b], { ...attributes });
