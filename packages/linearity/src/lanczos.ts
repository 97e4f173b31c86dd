import type { Kernels, Random } from '@unbraid/kernels';
import { EigenvalueDecomposition, Matrix as MlMatrix } from 'ml-matrix';
import { combine, project, subtract, type Vector } from './basis.ts';
import { checkResult } from './check.ts';

/** An eigenvalue and how exact it is: a true eigenvalue lies within `bound` of `value`. */
export interface Eigenvalue {
  readonly value: number;
  readonly bound: number;
}

/** Both ends of a spectrum. */
export interface SpectrumEnds {
  readonly lower: Eigenvalue;
  readonly upper: Eigenvalue;
  /** Products with the matrix. */
  readonly products: number;
  /** Whether both bounds are at most `tolerance` times the larger magnitude of the two ends. */
  readonly converged: boolean;
}

export interface LanczosResult extends SpectrumEnds {
  /** Eigenvectors of both ends, of length 1; two of the vectors that were given. */
  readonly lowerVector: Vector;
  readonly upperVector: Vector;
}

/** What is said of a search that used up its products. */
export const unsettled = (
  what: string,
  { products, reached, tolerance }: { readonly products: number; readonly reached: number; readonly tolerance: number },
): string =>
  `linearity: ${what} has not converged: after ${products} products it is known to ${reached.toExponential(1)}, relative, where ${tolerance.toExponential(0)} was ` +
  'asked for; raise maxProducts, or the tolerance';

/** A symmetric matrix that is known by its products. */
export interface SymmetricOperator {
  /** out ← A v. */
  apply(v: Vector, out: Vector): Promise<void>;
}

export interface LanczosOptions {
  /** Vectors to work with, 4 at least, all of the matrix's size. More of them need fewer products. */
  readonly vectors: readonly Vector[];
  /** As many short vectors, from `createScratch`. */
  readonly scratch: readonly Vector[];
  readonly kernels: Kernels;
  /** Draws the first vector. */
  readonly random: Random;
  readonly tolerance: number;
  readonly maxProducts: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProduct?: ((products: number, residual: number) => void) | undefined;
}

/** Ritz values in ascending order, their vectors in the basis, and ‖A u − θ u‖ of each. */
interface Ritz {
  readonly values: readonly number[];
  readonly vectors: readonly (readonly number[])[];
  readonly residuals: readonly number[];
}

/** Below this share of ‖A v‖ a new direction is rounding: float32 has nothing smaller. */
export const ROUNDING = 2 ** -20;
/** Orthogonalization that leaves less than this share of a vector is done twice (Daniel, Gragg, Kaufman and Stewart 1976). */
const CANCELLED = 0.5;

/**
 * The ends of a symmetric matrix's spectrum by thick-restart Lanczos (Wu and Simon 2000): when the vectors are used up, the Ritz
 * vectors of both ends are kept and the iteration goes on from them. All basis vectors are kept orthogonal to each other.
 *
 * In the end a product with each of the two Ritz vectors u gives the residual ‖A u − θ u‖, within which a symmetric matrix has an
 * eigenvalue (Parlett 1998, theorem 4.5.1). That no eigenvalue lies further out is not proven by it; a random start makes it so
 * with all but vanishing probability once the residuals are small.
 * @throws {InputError} for a product with NaN or infinite entries
 */
export async function lanczos(operator: SymmetricOperator, options: LanczosOptions): Promise<LanczosResult> {
  const { vectors, kernels, tolerance, maxProducts, signal, onProduct } = options;
  const size = vectors[0]!.data.length;
  const most = Math.min(vectors.length - 1, size);
  const projected = new MlMatrix(most, most);
  const limit = Math.max(1, maxProducts - 2);
  startFrom(options);
  let count = 0;
  for (let products = 1; ; products++) {
    signal?.throwIfAborted();
    const [v, w] = [vectors[count]!, vectors[count + 1]!];
    await operator.apply(v, w);
    checkResult('a product with the matrix', kernels.norm2(w.data));
    const { coefficients, rest, share } = orthogonalize(kernels, vectors.slice(0, count + 1), w);
    coefficients.forEach((value, i) => {
      projected.set(i, count, value);
      projected.set(count, i, value);
    });
    count++;
    const ritz = ritzOf(projected, count, rest);
    onProduct?.(products, residualOf(ritz));
    if (share < ROUNDING || products >= limit || settled(ritz, tolerance)) {
      return measureEnds(operator, ritz, { ...options, vectors, count, products });
    }
    kernels.scale(w.data, 1 / rest);
    if (count === most) count = restart(options, projected, ritz);
  }
}

function startFrom({ vectors, kernels, random }: LanczosOptions): void {
  const { data } = vectors[0]!;
  random.normal(data);
  kernels.scale(data, 1 / kernels.norm2(data));
}

/** Gram–Schmidt against all basis vectors; `share` is the part of w that is left. */
export function orthogonalize(kernels: Kernels, basis: readonly Vector[], w: Vector) {
  const coefficients = project(kernels, basis, w);
  let rest = subtract(kernels, basis, coefficients, w);
  const whole = Math.sqrt(coefficients.reduce((sum, c) => sum + c * c, rest * rest));
  if (rest < CANCELLED * whole) rest = subtract(kernels, basis, project(kernels, basis, w), w);
  return { coefficients, rest, share: whole > 0 ? rest / whole : 0 };
}

function ritzOf(projected: MlMatrix, count: number, rest: number): Ritz {
  const matrix = projected.subMatrix(0, count - 1, 0, count - 1);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[a]! - realEigenvalues[b]!);
  const vectors = order.map((i) => eigenvectorMatrix.getColumn(i));
  return {
    values: order.map((i) => realEigenvalues[i]!),
    vectors,
    residuals: vectors.map((vector) => rest * Math.abs(vector.at(-1)!)),
  };
}

function settled({ values, residuals }: Ritz, tolerance: number): boolean {
  if (values.length < 2) return false;
  return Math.max(residuals[0]!, residuals.at(-1)!) <= tolerance * normOf(values);
}

const normOf = (values: readonly number[]): number => Math.max(Math.abs(values[0]!), Math.abs(values.at(-1)!));

/** Of the ends, relative to the norm. */
const residualOf = ({ values, residuals }: Ritz): number =>
  Math.max(residuals[0]!, residuals.at(-1)!) / (normOf(values) || 1);

/** Keeps half of the Ritz vectors, from both ends, and the last residual's direction behind them. */
function restart({ vectors, kernels, scratch }: LanczosOptions, projected: MlMatrix, ritz: Ritz): number {
  const count = ritz.values.length;
  const ends = Math.max(1, Math.floor(count / 4));
  const kept = [...ritz.values.keys()].filter((i) => i < ends || i >= count - ends);
  combine(
    kernels,
    vectors.slice(0, count),
    kept.map((i) => ritz.vectors[i]!),
    scratch,
  );
  vectors[kept.length]!.data.set(vectors[count]!.data);
  projected.fill(0);
  kept.forEach((i, p) => {
    projected.set(p, p, ritz.values[i]!);
  });
  return kept.length;
}

interface Finished extends LanczosOptions {
  readonly count: number;
  readonly products: number;
}

/** Rayleigh quotients of the outermost Ritz vectors and their residuals, by a product with each. */
async function measureEnds(operator: SymmetricOperator, ritz: Ritz, finished: Finished): Promise<LanczosResult> {
  const { vectors, kernels, scratch, count, products, tolerance } = finished;
  const outermost = [ritz.vectors[0]!, ritz.vectors.at(-1)!];
  combine(kernels, vectors.slice(0, Math.max(count, 2)), outermost.map(padded(Math.max(count, 2))), scratch);
  const ends: Eigenvalue[] = [];
  for (const u of vectors.slice(0, 2)) ends.push(await measure(operator, kernels, u, vectors[2]!));
  const [lower, upper] = ends as [Eigenvalue, Eigenvalue];
  const norm = Math.max(Math.abs(lower.value), Math.abs(upper.value));
  const converged = Math.max(lower.bound, upper.bound) <= tolerance * norm;
  const [lowerVector, upperVector] = [vectors[0]!, vectors[1]!];
  return { lower, upper, products: products + 2, converged, lowerVector, upperVector };
}

/** Zeros behind the coefficients, for a basis of one vector. */
const padded = (length: number) => (values: readonly number[]) => Array.from({ length }, (_, i) => values[i] ?? 0);

async function measure(operator: SymmetricOperator, kernels: Kernels, u: Vector, image: Vector): Promise<Eigenvalue> {
  kernels.scale(u.data, 1 / kernels.norm2(u.data));
  await operator.apply(u, image);
  const value = kernels.dot(u.data, image.data);
  checkResult('an eigenvalue', value);
  kernels.axpy(-value, u.data, image.data);
  return { value, bound: kernels.norm2(image.data) };
}
