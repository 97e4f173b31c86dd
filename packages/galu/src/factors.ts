import { createMatrix, type Matrix } from '@unbraid/data';
import { f32, matmul, type Runtime, trace } from '@unbraid/graph';
import { blockRows, inBlocks, LARGEST_FACTOR } from './blocks.ts';
import { cholesky, invertLower } from './cholesky.ts';
import { formOf } from './form.ts';
import { sumOf } from './network.ts';
import { runOnce } from './run-once.ts';

// The normal matrix ΦᵀΦ = Σ_i (A Aᵀ ⊙ g_i g_iᵀ) ⊗ x_i x_iᵀ, over rows i with gates g_i, would be a Kronecker product if which gates
// are open had nothing to do with what else is known of a row: B ⊗ S with B = A Aᵀ ⊙ GᵀG/m and S = XᵀX. With the ridge divided
// between the two sides (as Martens and Grosse 2015, Section 6.3, divide their damping),
//
//     ΦᵀΦ + λI ≈ (B + βI) ⊗ (S + σI),     β σ = λ,   β / σ = (tr B / k) / (tr S / d),
//
// each side takes a Cholesky factorization of its own, and the product preconditions well.

/** What both sides are made of. */
export interface PreconditionedProblem {
  /** m × d */
  readonly x: Matrix;
  /** k × d */
  readonly gates: Matrix;
  /** k × c */
  readonly a: Matrix;
  /** λ of ΦᵀΦ + λI, at least 0 */
  readonly ridge: number;
}

/** The inverses of the triangular factors of both sides; what is left out would cost more than it brings. */
export interface Factors {
  /** L⁻¹ for B + βI = L Lᵀ, k × k */
  readonly gates?: Matrix;
  /** L⁻¹ for S + σI = L Lᵀ, d × d */
  readonly inputs?: Matrix;
}

/** No side is factored that would take longer than about so many iterations. */
const WORTH = 60;

export function kroneckerFactors(problem: PreconditionedProblem, runtime: Runtime): Promise<Factors> {
  const { x, a, ridge } = problem;
  const gatesSum = () => gatesGram(problem, runtime);
  return factorsOf(
    { samples: x.rows, a, ridge, squares: squares(x), gates: gatesSum, inputs: () => inputsGram(x, runtime) },
    x.cols,
  );
}

/** What factors are made of, however it was summed. */
export interface Grams {
  /** m */
  readonly samples: number;
  /** k × c */
  readonly a: Matrix;
  /** λ of ΦᵀΦ + λI, at least 0 */
  readonly ridge: number;
  /** Σ x², over all entries of X */
  readonly squares: number;
  /** GᵀG, k × k; it is changed */
  gates(): Float64Array | Promise<Float64Array>;
  /** XᵀX, d × d */
  inputs(): Float64Array | Promise<Float64Array>;
}

/** The factors of a problem of d inputs. */
export async function factorsOf(grams: Grams, d: number): Promise<Factors> {
  const { samples, a, ridge } = grams;
  const k = a.rows;
  const products = 2 * samples * k * d;
  const [left, right] = [k, d].map((size) => size <= LARGEST_FACTOR && size ** 3 <= WORTH * products);
  // Mean eigenvalues of B, for gates that are open half of the time, and S.
  const [meanB, meanS] = [squares(a) / 2 / k, grams.squares / d];
  if (!(meanB > 0 && meanS > 0 && Number.isFinite(meanB * meanS))) return {};
  const both = left && right;
  const beta = both ? Math.sqrt((ridge * meanB) / meanS) : ridge / meanS;
  const sigma = both ? Math.sqrt((ridge * meanS) / meanB) : ridge / meanB;
  const [gateInverse, inputInverse] = [
    left ? inverseFactor(gateMatrix(await grams.gates(), a, samples), k, beta) : undefined,
    right ? inverseFactor(await grams.inputs(), d, sigma) : undefined,
  ];
  return { ...(gateInverse && { gates: gateInverse }), ...(inputInverse && { inputs: inputInverse }) };
}

/** B = A Aᵀ ⊙ GᵀG/m, in place of GᵀG. */
function gateMatrix(b: Float64Array, a: Matrix, samples: number): Float64Array {
  const k = a.rows;
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      let inner = 0;
      for (let o = 0; o < a.cols; o++) inner += a.data[i * a.cols + o]! * a.data[j * a.cols + o]!;
      b[i * k + j]! *= inner / samples;
    }
  }
  return b;
}

/** GᵀG, k × k */
async function gatesGram({ x, gates }: PreconditionedProblem, runtime: Runtime): Promise<Float64Array> {
  const sizes = { samples: x.rows, dimension: x.cols, neurons: gates.rows, outputs: 1 };
  const rows = blockRows(sizes);
  const form = formOf(sizes);
  const specs = { x: inBlocks(rows, x.cols), u: f32(gates.rows, gates.cols) };
  const graph = trace(specs, ({ x: blocks, u }) => ({
    gram: form.overlap(blocks.map((block) => form.open(block, u))),
  }));
  const sum = createMatrix(gates.rows, gates.rows);
  await runOnce(graph, runtime, { inputs: { x, u: gates }, outputs: { gram: sum } });
  return Float64Array.from(sum.data);
}

/** XᵀX, d × d */
async function inputsGram(x: Matrix, runtime: Runtime): Promise<Float64Array> {
  const rows = blockRows({ samples: x.rows, dimension: x.cols, neurons: x.cols, outputs: 1 });
  const graph = trace({ x: inBlocks(rows, x.cols) }, ({ x: blocks }) => ({
    gram: sumOf(blocks.map((block) => matmul(block, block, { transposeA: true }))),
  }));
  const sum = createMatrix(x.cols, x.cols);
  await runOnce(graph, runtime, { inputs: { x }, outputs: { gram: sum } });
  return Float64Array.from(sum.data);
}

/** Sums in float32 move eigenvalues by a share of the trace, so damping is at least this share of it. */
const LEAST_DAMPING = 1e-6;
const TRIES = 5;

/** L⁻¹ for M + damping · I = L Lᵀ, n × n; with more damping where that isn't positive definite, and `undefined` where nothing helps. */
function inverseFactor(m: Float64Array, n: number, damping: number): Matrix | undefined {
  let trace = 0;
  for (let i = 0; i < n; i++) trace += m[i * n + i]!;
  let least = LEAST_DAMPING * trace;
  for (let i = 0; i < TRIES; i++, least *= 10) {
    const factor = m.slice();
    for (let j = 0; j < n; j++) factor[j * n + j]! += Math.max(damping, least);
    try {
      cholesky(factor, n);
    } catch {
      continue;
    }
    const inverse = createMatrix(n, n, invertLower(factor, n));
    return inverse.data.every(Number.isFinite) ? inverse : undefined;
  }
  return undefined;
}

const squares = ({ data }: Matrix): number => {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]! ** 2;
  return sum;
};
