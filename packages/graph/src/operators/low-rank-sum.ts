import { ShapeError, sameShape, show } from '../shape.ts';
import { apply, type Operator, type Tensor } from '../tensor.ts';
import { add } from './add.ts';
import { checkSameType } from './binary.ts';
import { scaledGemm } from './gemm.ts';
import { matmul } from './matmul.ts';
import { mul } from './mul.ts';
import type { Transpositions } from './product-form.ts';

interface LowRankSumAttributes {
  readonly [name: string]: number;
  readonly scale: number;
}

/** As one product. */
const meaning = ([w, a, b]: readonly Tensor[], scale: number): Tensor =>
  scaledGemm(a!, b!, w, { transposeA: false, transposeB: false, alpha: scale, beta: 1 });

const operator: Operator<LowRankSumAttributes> = {
  name: 'lowRankSum',
  type([w, a, b]) {
    checkSameType('lowRankSum', w!, a!);
    checkSameType('lowRankSum', w!, b!);
    const [rows, rank] = a!.shape;
    const [inner, cols] = b!.shape;
    const plain = [w, a, b].every((matrix) => matrix!.shape.length === 2);
    if (!plain || rank !== inner || !sameShape(w!.shape, [rows!, cols!])) {
      const shapes = [w, a, b].map((matrix) => show(matrix!.shape)).join(', ');
      throw new ShapeError(`lowRankSum: takes [n, m], [n, rank] and [rank, m], not ${shapes}`);
    }
    return { shape: w!.shape, dtype: w!.dtype };
  },
  evaluate([w, a, b], { inputs, attributes: { scale } }) {
    const whole = meaning(inputs, scale);
    return whole.operator.evaluate([a!, b!, w!], whole);
  },
  vjp: (cotangent, { inputs: [, a, b], attributes: { scale } }) => [
    cotangent,
    mul(timesThin(cotangent, b!, { transposeA: false, transposeB: true }), scale),
    mul(thinTimes(a!, cotangent), scale),
  ],
  jvp([tw, ta, tb], { inputs: [, a, b], attributes: { scale } }) {
    const products = [ta && matmul(ta, b!), tb && matmul(a!, tb)].filter((t) => t !== undefined);
    const sum = products.length > 0 ? mul(products.reduce(add), scale) : undefined;
    return tw && sum ? add(tw, sum) : (tw ?? sum);
  },
  emit([w, a, b], { inputs, attributes: { scale } }, emitter) {
    const whole = meaning(inputs, scale);
    return whole.operator.emit([a!, b!, w!], whole, emitter);
  },
};

/** x · thin, where x is a product by its factors: (p · q) · thin = p · (q · thin), which never makes the large x. */
function timesThin(x: Tensor, thin: Tensor, flags: Transpositions): Tensor {
  const factors = factorsOf(x);
  if (factors) {
    const { p, q, transposeA, transposeB } = factors;
    return matmul(p, matmul(q, thin, { ...flags, transposeA: transposeB }), { transposeA });
  }
  if (isSum(x)) return x.inputs.map((part) => timesThin(part, thin, flags)).reduce(add);
  return matmul(x, thin, flags);
}

/** thinᵀ · x, likewise: thinᵀ · (p · q) = (thinᵀ · p) · q. */
function thinTimes(thin: Tensor, x: Tensor): Tensor {
  const factors = factorsOf(x);
  if (factors) {
    const { p, q, transposeA, transposeB } = factors;
    return matmul(matmul(thin, p, { transposeA: true, transposeB: transposeA }), q, { transposeB });
  }
  if (isSum(x)) return x.inputs.map((part) => thinTimes(thin, part)).reduce(add);
  return matmul(thin, x, { transposeA: true });
}

function factorsOf({ operator: { name }, inputs: [p, q], attributes, shape }: Tensor) {
  if (name !== 'matmul' || shape.length !== 2) return undefined;
  const { transposeA, transposeB } = attributes as unknown as Transpositions;
  return { p: p!, q: q!, transposeA, transposeB };
}

/** A sum of matrices, such as the gradients of a weight that is used twice. */
const isSum = ({ operator: { name }, inputs, shape }: Tensor): boolean =>
  name === 'add' && inputs.every((part) => sameShape(part.shape, shape));

/**
 * w + scale · a · b for matrices `[n, m]`, `[n, rank]` and `[rank, m]`: a weight with an adaptation of low rank (Hu et al. 2022). The gradients of a and b
 * come from the factors of the sum's gradient where that is a product, as it is for a weight that rows are multiplied by: it isn't made itself.
 * @param scale rounded to float32
 * @throws {ShapeError} for other shapes
 */
export const lowRankSum = (w: Tensor, a: Tensor, b: Tensor, scale = 1): Tensor =>
  apply(operator, [w, a, b], { scale: Math.fround(scale) });
