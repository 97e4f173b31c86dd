import type { Engine } from '../engine.ts';
import { checkSizes, checkWidth, rowCount } from './checks.ts';
import { exponential } from './exponential.ts';
import type { SparseRows } from './sparse-rows.ts';

/** Attention over the entries of each row. h is [nodes, heads · width], left and right are [nodes, heads]. */
export interface Attention extends SparseRows {
  readonly heads: number;
  /** Entries of h in a head. */
  readonly width: number;
  /** What negative scores are multiplied by. */
  readonly slope: number;
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

export function attention(engine: Engine, given: Attention, out: Float32Array): void {
  check('attention', given, { out }, {});
  const { starts, columns, heads, width, slope, h, left, right } = given;
  const wasm = engine.nativeFor(starts, columns, h, left, right, out);
  if (!wasm) {
    attentionScalar(given, out);
    return;
  }
  const [s, c, hAt, l, r] = [starts, columns, h, left, right].map(({ byteOffset }) => byteOffset) as Five;
  wasm.attention(s, c, rowCount(given), heads, width, hAt, l, r, slope, out.byteOffset);
}

export function attentionBackward(engine: Engine, given: Attention, gradients: AttentionGradients): void {
  const { out, g, dh, dleft, dright } = gradients;
  check('attentionBackward', given, { out, g, dh }, { dleft, dright });
  const { starts, columns, heads, width, slope, h, left, right } = given;
  const wasm = engine.nativeFor(starts, columns, h, left, right, out, g, dh, dleft, dright);
  dh.fill(0);
  dright.fill(0);
  if (!wasm) {
    backwardScalar(given, gradients);
    return;
  }
  const [s, c, hAt, l, r] = [starts, columns, h, left, right].map(({ byteOffset }) => byteOffset) as Five;
  const [o, gAt, dhAt, dl, dr] = [out, g, dh, dleft, dright].map(({ byteOffset }) => byteOffset) as Five;
  wasm.attentionBackward(s, c, rowCount(given), heads, width, hAt, l, r, slope, o, gAt, dhAt, dl, dr);
}

type Five = [number, number, number, number, number];
type Arrays = Readonly<Record<string, Float32Array>>;

function check(kernel: string, given: Attention, features: Arrays, scores: Arrays): void {
  const { heads, width, h, left, right } = given;
  checkWidth(kernel, 'width', width);
  checkWidth(kernel, 'number of heads', heads);
  const rows = rowCount(given);
  for (const [name, array] of Object.entries({ h, ...features }))
    checkSizes(kernel, { [name]: [array, rows * heads * width] });
  for (const [name, array] of Object.entries({ left, right, ...scores }))
    checkSizes(kernel, { [name]: [array, rows * heads] });
}

const { fround } = Math;

const leaky = (z: number, slope: number): number => (z > 0 ? z : slope * z);

/** Visits each row's heads with its entries and the weights e^(score − largest score) of that head. */
function forEachHead(
  { starts, columns, heads, left, right, slope }: Attention,
  visit: (i: number, k: number, from: number, weights: Float64Array, scores: Float64Array) => void,
): void {
  for (let i = 0; i + 1 < starts.length; i++) {
    const [from, to] = [starts[i]!, starts[i + 1]!];
    for (let k = 0; k < heads; k++) {
      const scores = new Float64Array(to - from);
      for (let e = from; e < to; e++) scores[e - from] = left[i * heads + k]! + right[columns[e]! * heads + k]!;
      const top = scores.reduce((most, z) => Math.max(most, leaky(z, slope)), Number.NEGATIVE_INFINITY);
      const weights = scores.map((z) => exponential(leaky(z, slope) - top));
      visit(i, k, from, weights, scores);
    }
  }
}

function attentionScalar(given: Attention, out: Float32Array): void {
  const { columns, heads, width, h } = given;
  out.fill(0);
  forEachHead(given, (i, k, from, weights) => {
    const own = (i * heads + k) * width;
    let total = 0;
    weights.forEach((weight, n) => {
      total += weight;
      const other = (columns[from + n]! * heads + k) * width;
      for (let d = 0; d < width; d++) out[own + d]! += fround(fround(weight) * h[other + d]!);
    });
    if (weights.length === 0) return;
    const factor = fround(1 / total);
    for (let d = 0; d < width; d++) out[own + d]! *= factor;
  });
}

function backwardScalar(given: Attention, { out, g, dh, dleft, dright }: AttentionGradients): void {
  const { columns, heads, width, slope, h } = given;
  forEachHead(given, (i, k, from, weights, scores) => {
    const own = (i * heads + k) * width;
    const total = weights.reduce((sum, weight) => sum + weight, 0);
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

/** Σ x y in four partial sums, as the wasm kernel adds. */
function dotRows(x: Float32Array, atX: number, y: Float32Array, atY: number, width: number): number {
  const sums = new Float32Array(4);
  for (let d = 0; d < width; d++) sums[d % 4]! += fround(x[atX + d]! * y[atY + d]!);
  return fround(fround(sums[0]! + sums[1]!) + fround(sums[2]! + sums[3]!));
}
