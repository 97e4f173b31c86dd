import type { Emitter } from '../onnx/emitter.ts';
import type { Shape } from '../shape.ts';
import type { Transpositions } from './matmul.ts';

/** A product of plain matrices to be written: `[rows, inner] × [inner, cols]`, and what is added to it. */
export interface Product extends Transpositions {
  readonly rows: number;
  readonly cols: number;
  readonly inner: number;
  /** `beta` times this is added; it broadcasts to the product. */
  readonly addend?: { readonly name: string; readonly shape: Shape; readonly beta: number };
}

/** Columns up to which a product is turned: enough for 64 threads. */
const MOST_COLS = 4096;

/** What one block of an inner sum takes, in ONNX Runtime's kernels. */
const INNER_BLOCK = 128;

/**
 * Writes a product so that its bits don't depend on the number of threads. ONNX Runtime's threads share out the longer side of
 * a product. Where that is the columns, a thread with fewer than 65 of them sums over longer blocks of the inner axis, which rounds
 * otherwise (docs/decisions/015-same-numbers.md). Such a product is computed as its transpose, which has the rows as its longer side.
 */
export function emitProduct(a: string, b: string, product: Product, emitter: Emitter): string {
  const { transposeA, transposeB, addend } = product;
  if (!emitter.sameBits || !dependsOnThreads(product)) return gemm([a, b], transposeA, transposeB, addend, emitter);
  const turned = addend && { ...addend, name: turnedAddend(addend, emitter) };
  return emitter.node('Transpose', [gemm([b, a], !transposeB, !transposeA, turned, emitter)], { perm: [1, 0] });
}

const dependsOnThreads = ({ rows, cols, inner }: Product): boolean =>
  inner > INNER_BLOCK && ((cols > rows && rows > 1 && cols <= MOST_COLS) || (cols === 1 && rows > 1));

function gemm(
  operands: readonly [string, string],
  transA: boolean,
  transB: boolean,
  addend: Pick<NonNullable<Product['addend']>, 'name' | 'beta'> | undefined,
  emitter: Emitter,
): string {
  return emitter.node('Gemm', addend ? [...operands, addend.name] : operands, {
    transA: Number(transA),
    transB: Number(transB),
    ...(addend && addend.beta !== 1 && { beta: { float: addend.beta } }),
  });
}

/** The addend of the transposed product. */
function turnedAddend({ name, shape }: NonNullable<Product['addend']>, emitter: Emitter): string {
  const [rows, cols] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
  if (rows === 1 && cols === 1) return name;
  if (rows === 1 || cols === 1) return emitter.node('Reshape', [name, emitter.int64s([cols, rows])]);
  return emitter.node('Transpose', [name], { perm: [1, 0] });
}
