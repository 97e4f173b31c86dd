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
export function plainKernel(design: Design): Float64Array {
  const { x, a } = design;
  const [n, d, o] = [x.rows, x.cols, a.cols];
  const side = n * o;
  const kernel = new Float64Array(side * side);
  for (let p = 0; p < o; p++) {
    for (let q = 0; q < o; q++) {
      const groups = groupsOf(design, p, q);
      for (let i = 0; i < n; i++) {
        for (let other = 0; other <= i; other++) {
          const value = inner(x.data, i * d, other * d, d) * sharedBy(groups, i, other);
          kernel[(i * o + p) * side + other * o + q] = value;
          kernel[(other * o + q) * side + i * o + p] = value;
        }
      }
    }
  }
  return kernel;
}

/** Neurons whose output weights have one product, and for which rows they are open: 32 neurons a word, the words of a row beside one another. */
interface Group {
  readonly product: number;
  readonly words: number;
  readonly open: Int32Array;
}

/** Drawn output weights of one output are ±1/√k, so that there are few products; if each neuron has its own, each is a group. */
function groupsOf({ x, gates, a }: Design, p: number, q: number): Group[] {
  const byProduct = new Map<number, number[]>();
  for (let j = 0; j < gates.rows; j++) {
    const product = a.data[j * a.cols + p]! * a.data[j * a.cols + q]!;
    const neurons = byProduct.get(product);
    if (neurons) neurons.push(j);
    else byProduct.set(product, [j]);
  }
  const groups = [...byProduct].map(([product, neurons]) => {
    const words = Math.ceil(neurons.length / 32);
    return { product, neurons, words, open: new Int32Array(x.rows * words) };
  });
  const place = new Int32Array(gates.rows);
  const groupOf = new Int32Array(gates.rows);
  groups.forEach(({ neurons }, g) => {
    neurons.forEach((j, at) => {
      place[j] = at;
      groupOf[j] = g;
    });
  });
  const open = new Int32Array(gates.rows);
  for (let i = 0; i < x.rows; i++) {
    const count = openNeurons(x, i, gates, open);
    for (let at = 0; at < count; at++) {
      const j = open[at]!;
      const { words, open: bits } = groups[groupOf[j]!]!;
      bits[i * words + (place[j]! >> 5)]! |= 1 << (place[j]! & 31);
    }
  }
  return groups;
}

/** Σ of the products over neurons that are open for both rows. */
function sharedBy(groups: readonly Group[], i: number, other: number): number {
  let sum = 0;
  for (const { product, words, open } of groups) {
    let count = 0;
    for (let w = 0, p = i * words, q = other * words; w < words; w++) count += ones(open[p + w]! & open[q + w]!);
    sum += product * count;
  }
  return sum;
}

/** The number of ones among 32 bits (Warren, Hacker's Delight, Section 5-1). */
function ones(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function inner(x: Float32Array, p: number, q: number, length: number): number {
  let sum = 0;
  for (let t = 0; t < length; t++) sum += x[p + t]! * x[q + t]!;
  return sum;
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
