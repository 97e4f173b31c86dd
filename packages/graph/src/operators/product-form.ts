import type { Emitter } from '../onnx/emitter.ts';
import type { Shape } from '../shape.ts';

/** Whether the matrices of the first and of the second operand of a product are used transposed. */
export interface Transpositions {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** A product of plain matrices to be written: `[rows, inner] × [inner, cols]`, and what is added to it. */
export interface Product extends Transpositions {
  readonly rows: number;
  readonly cols: number;
  readonly inner: number;
  /** Times the product; 1 by default. */
  readonly alpha?: number;
  /** `beta` times this is added; it broadcasts to the product. */
  readonly addend?: { readonly name: string; readonly shape: Shape; readonly beta: number } | undefined;
}

/** Columns up to which a product is turned where the number of threads isn't known: enough for 64 threads. */
const MOST_COLS = 4096;

/** What one block of an inner sum takes, in ONNX Runtime's kernels. */
const INNER_BLOCK = 128;

/** Columns of a product or of a thread's share up to which the inner sum is cut into longer blocks. */
const NARROW = 64;

/** Columns are shared out in units of this. */
const SHARE_UNIT = 16;

/** Parts that a thread's share may be cut into: on processors whose cores differ. */
const PARTS = 4;

/**
 * Columns from which a left operand that is used transposed is transposed beforehand: ONNX Runtime's product does so itself for each 128 of
 * a thread's columns. Where the inner axis is short, rows are needed as well.
 */
const WIDE = 512;
const WIDE_OF_LONG = 256;

/**
 * Writes a product so that its bits don't depend on the number of threads. ONNX Runtime's threads share out the longer side of
 * a product. Where that is the columns, a thread with fewer than 65 of them sums over longer blocks of the inner axis, which rounds
 * otherwise (docs/decisions/015-same-numbers.md). Such a product is computed as its transpose, which has the rows as its longer side.
 */
export function emitProduct(a: string, b: string, product: Product, emitter: Emitter): string {
  const { transposeA, addend } = product;
  if (emitter.sameBits && isLongRow(product, emitter.threads))
    return gemm(
      [emitter.node('Reshape', [a, emitter.int64s([product.inner, 1])]), b],
      { ...product, transposeA: true },
      emitter,
    );
  if (emitter.sameBits && dependsOnThreads(product, emitter.threads)) {
    const turned = addend && { ...addend, name: turnedAddend(addend, emitter) };
    const { rows, cols, inner, alpha } = product;
    const flags = { transposeA: !product.transposeB, transposeB: !transposeA };
    const other: Product = {
      rows: cols,
      cols: rows,
      inner,
      ...(alpha !== undefined && { alpha }),
      ...flags,
      addend: turned,
    };
    const form = isLongRow(other, emitter.threads) ? emitProduct(b, a, other, emitter) : gemm([b, a], other, emitter);
    return emitter.node('Transpose', [form], { perm: [1, 0] });
  }
  if (transposeA && isTransposedBefore(product, emitter)) {
    return gemm([emitter.node('Transpose', [a], { perm: [1, 0] }), b], { ...product, transposeA: false }, emitter);
  }
  return gemm([a, b], product, emitter);
}

/**
 * Whether a product is that of a row with a transposed matrix where threads, and so kernels, aren't known: WebAssembly has none of its own for it, and
 * takes longer blocks for threads with few columns unless the row is read as a transposed column.
 */
const isLongRow = ({ rows, inner, transposeA, transposeB }: Product, threads: number | undefined): boolean =>
  threads === undefined && rows === 1 && inner > INNER_BLOCK && !transposeA && transposeB;

function isTransposedBefore(product: Product, { openSizes, sameBits, threads }: Emitter): boolean {
  const { rows, cols, inner } = product;
  if (openSizes) return false;
  if (inner <= INNER_BLOCK) return cols >= WIDE && rows >= WIDE;
  const plain = { ...product, transposeA: false };
  return cols >= WIDE_OF_LONG && rows > NARROW && !(sameBits && dependsOnThreads(plain, threads));
}

function dependsOnThreads(product: Product, threads: number | undefined): boolean {
  const { rows, cols, inner, transposeA } = product;
  if (inner <= INNER_BLOCK || rows === 1) return false;
  if (cols === 1) return true;
  // The blocks are always short where the left operand is transposed.
  if (transposeA || cols <= rows || cols > MOST_COLS) return false;
  return !(threads !== undefined && hasShortBlocks(product, threads));
}

/** Whether the product is cut into short blocks on this number of threads, and its transpose, which others may compute, is as well. */
function hasShortBlocks({ rows, cols, transposeB }: Product, threads: number): boolean {
  const least = SHARE_UNIT * Math.floor(cols / SHARE_UNIT / (PARTS * threads));
  return least > NARROW && (rows > NARROW || !transposeB);
}

function gemm(
  operands: readonly [string, string],
  { transposeA, transposeB, alpha = 1, addend }: Pick<Product, 'transposeA' | 'transposeB' | 'alpha' | 'addend'>,
  emitter: Emitter,
): string {
  return emitter.node('Gemm', addend ? [...operands, addend.name] : operands, {
    transA: Number(transposeA),
    transB: Number(transposeB),
    ...(alpha !== 1 && { alpha: { float: alpha } }),
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
