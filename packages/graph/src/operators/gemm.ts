import { broadcastReader, build } from '../ndarray.ts';
import { broadcastShapes, ShapeError, sameShape, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { add } from './add.ts';
import { checkSameType } from './binary.ts';
import { broadcastTo } from './broadcast-to.ts';
import { innerSizesDiffer, matmul, productCotangents, productSizes, type Transpositions } from './matmul.ts';
import { mul } from './mul.ts';
import { optionsOf } from './options.ts';
import { emitProduct } from './product-form.ts';
import { sumTo } from './sum-to.ts';

interface GemmAttributes extends Transpositions {
  readonly [name: string]: boolean | number;
  /** Times the addend. */
  readonly beta: number;
}

const operator: Operator<GemmAttributes> = {
  name: 'gemm',
  type([a, b, c], attributes) {
    checkSameType('gemm', a!, b!);
    checkSameType('gemm', a!, c!);
    if (a!.shape.length !== 2 || b!.shape.length !== 2) {
      throw new ShapeError(`gemm: takes plain matrices, not ${show(a!.shape)} and ${show(b!.shape)}`);
    }
    const { rows, cols, inner } = productSizes('gemm', a!, b!, attributes);
    if (inner[0] !== inner[1]) throw innerSizesDiffer('gemm', a!, b!, attributes, inner);
    const shape = [rows, cols];
    if (!sameShape(broadcastShapes('gemm', c!.shape, shape), shape)) {
      throw new ShapeError(`gemm: the addend ${show(c!.shape)} is larger than the product ${show(shape)}`);
    }
    return { shape, dtype: a!.dtype };
  },
  evaluate([a, b, c], { shape, dtype, attributes: { transposeA, transposeB, beta } }) {
    const [readA, readB, readC] = [broadcastReader(a!), broadcastReader(b!), broadcastReader(c!)];
    const inner = a!.shape[transposeA ? 0 : 1]!;
    return build(shape, dtype, (_, index) => {
      const [i, j] = index as [number, number];
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += readA(transposeA ? [k, i] : [i, k]) * readB(transposeB ? [j, k] : [k, j]);
      // Last, as in a sum that `fuseProducts` made a part of the product.
      return sum + beta * readC(index);
    });
  },
  vjp: (cotangent, { inputs: [a, b, c], attributes }) => [
    ...productCotangents(cotangent, a!, b!, attributes),
    sumTo(scaled(cotangent, attributes.beta), c!.shape),
  ],
  jvp([ta, tb, tc], { inputs: [a, b], attributes: { transposeA, transposeB, beta }, shape }) {
    const turned = { transposeA, transposeB };
    const parts = [ta && matmul(ta, b!, turned), tb && matmul(a!, tb, turned), tc && scaled(tc, beta)].filter(
      (t) => t !== undefined,
    );
    const sum = parts.length > 0 ? parts.reduce((x, y) => add(x, y)) : undefined;
    return sum && broadcastTo(sum, shape);
  },
  emit([a, b, c], { inputs, attributes: { transposeA, transposeB, beta } }, emitter) {
    const { rows, cols, inner } = productSizes('gemm', inputs[0]!, inputs[1]!, { transposeA, transposeB });
    const addend = { name: c!, shape: inputs[2]!.shape, beta };
    return emitProduct(a!, b!, { rows, cols, inner: inner[0], transposeA, transposeB, addend }, emitter);
  },
};

const scaled = (t: Tensor, factor: number): Tensor => (factor === 1 ? t : mul(t, factor));

/** a · b + c for plain matrices, each of a and b used transposed on request; c broadcasts to `[rows, cols]`. */
export const gemm = (a: Tensor, b: Tensor, c: Tensor, flags: Partial<Transpositions> = {}): Tensor => {
  const { transposeA = false, transposeB = false } = optionsOf('gemm', flags, 'transposeA', 'transposeB');
  return scaledGemm(a, b, c, { transposeA, transposeB, beta: 1 });
};

/** a · b + beta · c; beta must be a float32, which is what ONNX keeps it as. */
export const scaledGemm = (
  a: Tensor,
  b: Tensor,
  c: Tensor,
  attributes: Transpositions & { readonly beta: number },
): Tensor => apply(operator, [a, b, c], { ...attributes });
