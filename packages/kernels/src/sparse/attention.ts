import { InputError } from '@unbraid/checks';
import type { Engine } from '../engine.ts';
import { LINE } from '../line.ts';
import type { WasmExports } from '../wasm/exports.ts';
import { checkColumns, checkSizes, checkWidth, rowCount } from './checks.ts';
import { dotRows } from './dot-rows.ts';
import { rowEdges } from './edges.ts';
import { exponential } from './exponential.ts';
import type { SparseRows } from './sparse-rows.ts';

/** Attention over the entries of each row. h is [nodes, heads · width], left and right are [nodes, heads]. */
export interface Attention extends SparseRows {
  readonly heads: number;
  /** Entries of h in a head. */
  readonly width: number;
  /** What negative scores are multiplied by, 0 to 1. */
  readonly slope: number;
  /** Room for at least `attentionRoom` numbers, whose content is of no use afterwards. */
  readonly factors: Float64Array;
  readonly h: Float32Array;
  readonly left: Float32Array;
  readonly right: Float32Array;
}

/** What the backward kernel reads and writes beside `Attention`. */
export interface AttentionGradients {
  /** The result of `attention`, and its cotangent. */
  readonly out: Float32Array;
  readonly g: Float32Array;
  readonly dh: Float32Array;
  readonly dleft: Float32Array;
  readonly dright: Float32Array;
}

/** Numbers of room that a thread needs for so many nodes: four for each, and four more. */
const roomOfThread = (nodes: number): number => LINE * Math.ceil((4 * nodes + 4) / LINE);

/** Numbers of room that the kernels need for so many nodes. */
export const attentionRoom = (engine: Engine, nodes: number): number => engine.threads * roomOfThread(nodes);

/** Of an edge's feature on one thread. */
const NANOSECONDS = { attention: 0.5, attentionBackward: 1 };

/** What the parts of both kernels have in common. */
function workOf(kernel: keyof typeof NANOSECONDS, { columns, heads, width, starts }: Attention) {
  const bytes = 8 * roomOfThread(starts.length - 1);
  return {
    heads: { items: heads, unit: Math.ceil(LINE / width) },
    nanoseconds: NANOSECONDS[kernel] * columns.length * heads * (width + 4),
    scratch: (argument: number) => ({ argument, bytes }),
  };
}

export function attention(engine: Engine, given: Attention, out: Float32Array): void {
  check('attention', engine, given, { out }, {});
  const { starts, columns, heads, width, slope, factors, h, left, right } = given;
  if (!engine.nativeFor(starts, columns, h, left, right, factors, out)) {
    attentionScalar(given, out);
    return;
  }
  const rows = rowCount(given);
  const matrix = [starts.byteOffset, columns.byteOffset, rows, heads] as const;
  const operands = [width, h.byteOffset, left.byteOffset, right.byteOffset, slope, factors.byteOffset] as const;
  const work = workOf('attention', given);
  const common = { kernel: 'attention', nanoseconds: work.nanoseconds, scratch: work.scratch(13) } as const;
  if (Math.ceil(heads / work.heads.unit) >= engine.threads) {
    const args = (first: number, last: number): Parameters<WasmExports['attention']> => {
      return [...matrix, first, last, 0, rows, ...operands, out.byteOffset];
    };
    engine.run({ ...common, ...work.heads, args });
    return;
  }
  engine.run({
    ...{ ...common, items: rows },
    // Each part works out the factors of all nodes, so there are no more than threads.
    edges: (parts) => rowEdges(starts, Math.min(parts, engine.threads)),
    args: (from, to) => [...matrix, 0, heads, from, to, ...operands, out.byteOffset],
  });
}

/** By heads alone: rows add to what belongs to the other ends of their edges. */
export function attentionBackward(engine: Engine, given: Attention, gradients: AttentionGradients): void {
  const { out, g, dh, dleft, dright } = gradients;
  check('attentionBackward', engine, given, { out, g, dh }, { dleft, dright });
  const { starts, columns, heads, width, slope, factors, h, left, right } = given;
  const others = [out, g, dh, dleft, dright] as const;
  if (!engine.nativeFor(starts, columns, h, left, right, factors, ...others)) {
    backwardScalar(given, gradients);
    return;
  }
  const matrix = [starts.byteOffset, columns.byteOffset, rowCount(given), heads] as const;
  const operands = [width, h.byteOffset, left.byteOffset, right.byteOffset, slope, factors.byteOffset] as const;
  const places = [out.byteOffset, g.byteOffset, dh.byteOffset, dleft.byteOffset, dright.byteOffset] as const;
  const { heads: items, nanoseconds, scratch } = workOf('attentionBackward', given);
  engine.run({
    ...{ kernel: 'attentionBackward', nanoseconds, scratch: scratch(11), ...items },
    args: (first, last) => [...matrix, first, last, ...operands, ...places],
  });
}

type Arrays = Readonly<Record<string, Float32Array>>;

function check(kernel: string, engine: Engine, given: Attention, features: Arrays, scores: Arrays): void {
  const { heads, width, h, left, right } = given;
  checkWidth(kernel, 'width', width);
  checkWidth(kernel, 'number of heads', heads);
  const rows = rowCount(given);
  checkColumns(kernel, given, rows);
  const needed = attentionRoom(engine, rows);
  if (given.factors.length < needed)
    throw new InputError(
      'data',
      `kernels: ${kernel}: factors has ${given.factors.length} entries, ${needed} are needed (attentionRoom)`,
    );
  for (const [name, array] of Object.entries({ h, ...features }))
    checkSizes(kernel, { [name]: [array, rows * heads * width] });
  for (const [name, array] of Object.entries({ left, right, ...scores }))
    checkSizes(kernel, { [name]: [array, rows * heads] });
}

const { fround } = Math;

const leaky = (z: number, slope: number): number => (z > 0 ? z : slope * z);

/** A row whose weights sum to less has scores far below the largest of any node, where products of factors lose their digits. */
const LEAST_TOTAL = 1e-200;

/** A head of a row: its entries' scores z, their weights, and the sum of these. */
interface Head {
  readonly i: number;
  readonly k: number;
  readonly from: number;
  readonly scores: Float64Array;
  readonly weights: Float64Array;
  readonly total: number;
}

/** Visits each head's rows with the weights e^(score − a bound on all scores), or e^(score − largest score) where these are too small. */
function forEachHead(given: Attention, visit: (head: Head) => void): void {
  const { starts, columns, heads, left, right, slope } = given;
  for (let k = 0; k < heads; k++) {
    const most = factorsOf(given, k);
    for (let i = 0; i + 1 < starts.length; i++) {
      const [from, to] = [starts[i]!, starts[i + 1]!];
      const own = left[i * heads + k]!;
      const scores = Float64Array.from({ length: to - from }, (_, n) => own + right[columns[from + n]! * heads + k]!);
      let weights = products(given, scores, from, own + most);
      let total = sum(weights);
      if (total < LEAST_TOTAL) {
        const top = scores.reduce((high, z) => Math.max(high, leaky(z, slope)), Number.NEGATIVE_INFINITY);
        weights = scores.map((z) => exponential(leaky(z, slope) - top));
        total = sum(weights);
      }
      visit({ i, k, from, scores, weights, total });
    }
  }
}

/** Writes e^(r − most) and e^(slope (r − most)) for each node's score r of a head, and returns the largest score. */
function factorsOf({ heads, right, slope, factors }: Attention, k: number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let at = k; at < right.length; at += heads) most = Math.max(most, right[at]!);
  for (let i = 0; i < right.length / heads; i++) {
    const below = right[i * heads + k]! - most;
    factors[2 * i] = exponential(below);
    factors[2 * i + 1] = exponential(slope * below);
  }
  return most;
}

/** Weights as products of factors of both ends; `highest` is the largest score that the own end could have. */
function products({ columns, slope, factors }: Attention, scores: Float64Array, from: number, highest: number) {
  const bound = leaky(highest, slope);
  const [upper, lower] = [exponential(highest - bound), exponential(slope * highest - bound)];
  return scores.map((z, n) => {
    const at = 2 * columns[from + n]!;
    return z > 0 ? upper * factors[at]! : lower * factors[at + 1]!;
  });
}

const sum = (weights: Float64Array) => weights.reduce((total, weight) => total + weight, 0);

function attentionScalar(given: Attention, out: Float32Array): void {
  const { columns, heads, width, h } = given;
  out.fill(0);
  forEachHead(given, ({ i, k, from, weights, total }) => {
    const own = (i * heads + k) * width;
    weights.forEach((weight, n) => {
      const other = (columns[from + n]! * heads + k) * width;
      for (let d = 0; d < width; d++) out[own + d]! += fround(fround(weight / total) * h[other + d]!);
    });
  });
}

function backwardScalar(given: Attention, { out, g, dh, dleft, dright }: AttentionGradients): void {
  const { columns, heads, width, slope, h } = given;
  dh.fill(0);
  dright.fill(0);
  forEachHead(given, ({ i, k, from, scores, weights, total }) => {
    const own = (i * heads + k) * width;
    const mean = dotRows(g, own, out, own, width);
    let dl = 0;
    weights.forEach((unscaled, n) => {
      const target = columns[from + n]! * heads + k;
      const weight = unscaled / total;
      const difference = fround(dotRows(g, own, h, target * width, width) - mean);
      const dz = weight * difference * (scores[n]! > 0 ? 1 : slope);
      for (let d = 0; d < width; d++) dh[target * width + d]! += fround(fround(weight) * g[own + d]!);
      dright[target]! += fround(dz);
      dl += dz;
    });
    dleft[i * heads + k] = dl;
  });
}
