import { broadcastReader, build } from '../ndarray.ts';
import { broadcastShapes, ShapeError, sameShape, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { add } from './add.ts';
import { checkSameType } from './binary.ts';
import { broadcastTo } from './broadcast-to.ts';
import { innerSizesDiffer, matmul, productCotangents, productSizes } from './matmul.ts';
import { sumTo } from './sum-to.ts';

interface GemmAttributes {
  readonly [name: string]: boolean;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
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
  evaluate([a, b, c], { shape, dtype, attributes: { transposeA, transposeB } }) {
    const [readA, readB, readC] = [broadcastReader(a!), broadcastReader(b!), broadcastReader(c!)];
    const inner = a!.shape[transposeA ? 0 : 1]!;
    return build(shape, dtype, (_, index) => {
      const [i, j] = index as [number, number];
      let sum = readC(index);
      for (let k = 0; k < inner; k++) sum += readA(transposeA ? [k, i] : [i, k]) * readB(transposeB ? [j, k] : [k, j]);
      return sum;
    });
  },
  vjp: (cotangent, { inputs: [a, b, c], attributes }) => [
    ...productCotangents(cotangent, a!, b!, attributes),
    sumTo(cotangent, c!.shape),
  ],
  jvp([ta, tb, tc], { inputs: [a, b], attributes, shape }) {
    const parts = [ta && matmul(ta, b!, attributes), tb && matmul(a!, tb, attributes), tc].filter(
      (t) => t !== undefined,
    );
    const sum = parts.length > 0 ? parts.reduce((x, y) => add(x, y)) : undefined;
    return sum && broadcastTo(sum, shape);
  },
  emit: ([a, b, c], { attributes: { transposeA, transposeB } }, emitter) =>
    emitter.node('Gemm', [a!, b!, c!], { transA: Number(transposeA), transB: Number(transposeB) }),
};

/** a · b + c for plain matrices, each of a and b used transposed on request; c broadcasts to `[rows, cols]`. */
export const gemm = (a: Tensor, b: Tensor, c: Tensor, flags: Partial<GemmAttributes> = {}): Tensor =>
  apply(operator, [a, b, c], { transposeA: flags.transposeA ?? false, transposeB: flags.transposeB ?? false });
