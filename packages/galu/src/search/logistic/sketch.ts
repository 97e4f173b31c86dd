import type { Matrix } from '@unbraid/data';
import { compile, f32, matmul, mul, type Runtime, sub, trace, withScope } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { EigenvalueDecomposition, Matrix as MlMatrix } from 'ml-matrix';
import { dot, norm } from '../../vectors.ts';
import type { Design } from '../design.ts';
import { factorsOf, gatedInputs, meansOf } from './features.ts';

/** What is known of the Gram matrix M of the features, a ⊙ Z less its mean, from its product with a few random vectors. */
export interface Sketch {
  /** Gated inputs, m × p. */
  readonly z: Matrix;
  /** Of their columns, p; zeros without an intercept. */
  readonly means: Float32Array;
  readonly rank: number;
  /** Orthonormal columns near M's leading eigenvectors, p × rank. */
  readonly directions: Float32Array;
  /** M's values along them, descending. */
  readonly values: readonly number[];
  /** About M's largest value across them. */
  readonly rest: number;
}

/** P = (H along the sketch's directions, and across them)^−½ with H ≈ 0.1 M + 2λ: what it is along each beside what it is across. */
export interface Conditioner {
  readonly along: Float32Array;
  readonly across: number;
}

const RANK = 48;

/** Of the second derivative of the logistic loss, at most 1/4, about what it is where most rows are told apart. */
export const CURVATURE = 0.1;

/** P for a ridge. */
export function conditionerOf({ values, rest }: Sketch, ridge: number): Conditioner {
  const across = 1 / Math.sqrt(CURVATURE * rest + 2 * ridge);
  return {
    along: Float32Array.from(values, (value) => 1 / Math.sqrt(CURVATURE * value + 2 * ridge) - across),
    across,
  };
}

/** P⁻¹ V of columns. */
export function inverted(
  { directions, rank }: Sketch,
  { along, across }: Conditioner,
  v: Float32Array,
  columns: number,
): Float32Array {
  const p = v.length / columns;
  const parts = new Float64Array(rank * columns);
  for (let i = 0; i < p; i++) {
    for (let t = 0; t < rank; t++) {
      const share = directions[i * rank + t]!;
      for (let j = 0; j < columns; j++) parts[t * columns + j]! += share * v[i * columns + j]!;
    }
  }
  for (let t = 0; t < rank; t++) {
    const more = 1 / (along[t]! + across) - 1 / across;
    for (let j = 0; j < columns; j++) parts[t * columns + j]! *= more;
  }
  const out = new Float32Array(v.length);
  const row = new Float64Array(columns);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < columns; j++) row[j] = v[i * columns + j]! / across;
    for (let t = 0; t < rank; t++) {
      const share = directions[i * rank + t]!;
      for (let j = 0; j < columns; j++) row[j]! += share * parts[t * columns + j]!;
    }
    out.set(row, i * columns);
  }
  return out;
}

/**
 * Leading eigenvectors of M by one step of subspace iteration from random vectors (Halko, Martinsson and Tropp 2011, Section 4.5), which precondition as in
 * Frangella, Tropp and Udell 2023.
 */
export async function sketchOf(design: Design, runtime: Runtime): Promise<Sketch> {
  const z = gatedInputs(design);
  const means = design.intercept ? meansOf(z) : new Float32Array(z.cols);
  const [p, rank] = [z.cols, Math.min(RANK, z.cols)];
  const specs = { z: f32(z.rows, p), factors: f32(p, 1), means: f32(1, p), vectors: f32(p, rank) };
  const graph = trace(specs, ({ z: rows, factors, means: centre, vectors }) => {
    const scaled = mul(factors, vectors);
    const images = sub(matmul(rows, scaled), matmul(centre, scaled));
    return { product: mul(factors, matmul(rows, images, { transposeA: true })) };
  });
  return withScope(async (scope) => {
    const inputs = { z, factors: { data: factorsOf(design) }, means: { data: means } };
    const step = scope.own(await compile(graph, runtime, { inputs }));
    const vectors = step.inputs.vectors.float32;
    vectors.set(
      createRandom(0)
        .split('galu: sketch')
        .normal(new Float32Array(p * rank)),
    );
    await step.run();
    const basis = step.outputs.product.float32.slice();
    orthonormalize(basis, p, rank);
    vectors.set(basis);
    await step.run();
    return { z, means, rank, ...leading(basis, step.outputs.product.float32, p, rank) };
  });
}

/** Eigenvectors of M within the span of an orthonormal basis Q, from Q and M Q. */
function leading(basis: Float32Array, product: Float32Array, p: number, rank: number) {
  const small = innerProducts(basis, product, p, rank);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(small, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, i) => i).sort((i, j) => realEigenvalues[j]! - realEigenvalues[i]!);
  const values = order.map((i) => Math.max(0, realEigenvalues[i]!));
  const turned = Float64Array.from({ length: rank * rank }, (_, at) =>
    eigenvectorMatrix.get(Math.floor(at / rank), order[at % rank]!),
  );
  const directions = new Float32Array(p * rank);
  for (let i = 0; i < p; i++) {
    for (let s = 0; s < rank; s++) {
      const share = basis[i * rank + s]!;
      for (let t = 0; t < rank; t++) directions[i * rank + t]! += share * turned[s * rank + t]!;
    }
  }
  return { directions, values, rest: rank === p ? 0 : values.at(-1)! };
}

/** Columns of a p × r matrix made orthonormal, by Gram-Schmidt twice; a column that is in the span of those before it becomes 0. */
function orthonormalize(m: Float32Array, p: number, r: number): void {
  const columns = Array.from({ length: r }, (_, j) => Float32Array.from({ length: p }, (_, i) => m[i * r + j]!));
  columns.forEach((column, j) => {
    const before = norm(column);
    for (let pass = 0; pass < 2; pass++) {
      for (let other = 0; other < j; other++) takeAway(columns[other]!, column);
    }
    const rest = norm(column);
    const scale = rest > ROUNDING * before ? 1 / rest : 0;
    for (let i = 0; i < p; i++) m[i * r + j] = column[i]! *= scale;
  });
}

const ROUNDING = 1e-5;

/** Takes from a vector what it is along a direction. */
function takeAway(direction: Float32Array, vector: Float32Array): void {
  const along = dot(direction, vector);
  for (let i = 0; i < vector.length; i++) vector[i]! -= along * direction[i]!;
}

/** QᵀMQ, made symmetric. */
function innerProducts(q: Float32Array, mq: Float32Array, p: number, r: number): MlMatrix {
  const out = MlMatrix.zeros(r, r);
  for (let i = 0; i < r; i++) {
    for (let j = 0; j <= i; j++) {
      let [one, other] = [0, 0];
      for (let at = 0; at < p * r; at += r) {
        one += q[at + i]! * mq[at + j]!;
        other += q[at + j]! * mq[at + i]!;
      }
      out.set(i, j, (one + other) / 2);
      out.set(j, i, (one + other) / 2);
    }
  }
  return out;
}
