import {
  cast,
  compile,
  f32,
  f64,
  greaterEqual,
  matmul,
  mul,
  type Runtime,
  reshape,
  slice,
  type Tensor,
  trace,
  withScope,
} from '@unbraid/graph';
import type { Design } from './design.ts';
import { openNeurons } from './moments.ts';

/** Outputs that a kernel tells apart: with weights of their own all have the same one. */
export const kernelOutputs = ({ a }: Pick<Design, 'a'>): number => a.cols;

/**
 * K = ΦΦᵀ over pairs of rows and outputs, n·o × n·o, the outputs of a row beside one another: (x_i·x_i') Σ_j A_jo A_jo' g_ij g_i'j. In plain loops.
 */
export function plainKernel({ x, gates, a }: Design): Float64Array {
  const [n, d, k, o] = [x.rows, x.cols, gates.rows, a.cols];
  const side = n * o;
  const kernel = new Float64Array(side * side);
  const open = new Int32Array(k);
  const isOpen = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    const count = openNeurons(x, i, gates, open);
    for (let at = 0; at < count; at++) isOpen[i * k + open[at]!] = 1;
  }
  const weighted = new Float64Array(k);
  for (let i = 0; i < n; i++) {
    for (let p = 0; p < o; p++) {
      for (let q = 0; q < o; q++) {
        for (let j = 0; j < k; j++) weighted[j] = isOpen[i * k + j]! * a.data[j * o + p]! * a.data[j * o + q]!;
        for (let other = 0; other <= i; other++) {
          const value = inner(x.data, i * d, other * d, d) * dot(weighted, isOpen, other * k, k);
          kernel[(i * o + p) * side + other * o + q] = value;
          kernel[(other * o + q) * side + i * o + p] = value;
        }
      }
    }
  }
  return kernel;
}

function inner(x: Float32Array, p: number, q: number, length: number): number {
  let sum = 0;
  for (let t = 0; t < length; t++) sum += x[p + t]! * x[q + t]!;
  return sum;
}

function dot(a: Float64Array, b: Float64Array, q: number, length: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let t = 0;
  for (; t + 3 < length; t += 4) {
    s0 += a[t]! * b[q + t]!;
    s1 += a[t + 1]! * b[q + t + 1]!;
    s2 += a[t + 2]! * b[q + t + 2]!;
    s3 += a[t + 3]! * b[q + t + 3]!;
  }
  for (; t < length; t++) s0 += a[t]! * b[q + t]!;
  return s0 + s1 + (s2 + s3);
}

/** The same by a graph. */
export async function graphKernel(design: Design, runtime: Runtime): Promise<Float64Array> {
  const { x, gates, a } = design;
  const [n, k, o] = [x.rows, gates.rows, a.cols];
  const pairs = Array.from({ length: o * o }, (_, at) => [Math.floor(at / o), at % o] as const);
  const specs = { x: f32(n, x.cols), u: f32(k, x.cols), weights: f64(o * o, 1, k) };
  const graph = trace(specs, ({ x: rows, u, weights }) => {
    const g = cast(greaterEqual(matmul(rows, u, { transposeB: true }), 0), 'float64');
    const exact = cast(rows, 'float64');
    const products = matmul(exact, exact, { transposeB: true });
    const blocks: Tensor[] = pairs.map((_, at) =>
      mul(products, matmul(mul(g, reshape(slice(weights, [at], [at + 1]), [1, k])), g, { transposeB: true })),
    );
    return { blocks };
  });
  return withScope(async (scope) => {
    const step = scope.own(await compile(graph, runtime, { inputs: { x, u: gates } }));
    const weights = step.inputs.weights.float64;
    pairs.forEach(([p, q], at) => {
      for (let j = 0; j < k; j++) weights[at * k + j] = a.data[j * o + p]! * a.data[j * o + q]!;
    });
    await step.run();
    const blocks = step.outputs.blocks.float64;
    if (o === 1) return blocks.slice();
    const kernel = new Float64Array(n * o * n * o);
    pairs.forEach(([p, q], at) => {
      for (let i = 0; i < n; i++) {
        for (let other = 0; other < n; other++)
          kernel[(i * o + p) * n * o + other * o + q] = blocks[(at * n + i) * n + other]!;
      }
    });
    return kernel;
  });
}
