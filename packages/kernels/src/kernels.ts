import type { Arena } from './arena/arena.ts';
import { createScratch } from './arena/scratch.ts';
import { type Tridiagonal, tridiagonalize } from './dense/tridiagonal.ts';
import { createEngine } from './engine.ts';
import { geluBackward } from './layers/gelu.ts';
import { type LayerNorm, type LayerNormGradients, layerNormBackward, layerNormRoom } from './layers/layer-norm.ts';
import { type AdamOptions, type AdamState, adam } from './optimizers/adam.ts';
import { type SgdOptions, type SgdState, sgd } from './optimizers/sgd.ts';
import { permuteByRank, rankVectors, sortVectors } from './ranking/rank-vectors.ts';
import type { WeightVectors } from './ranking/weight-vectors.ts';
import { createSparseKernels, type SparseKernels } from './sparse/sparse-kernels.ts';
import type { Team } from './threads/team.ts';
import { type Dropout, dropout } from './vector/dropout.ts';
import { axpby, copy, fill, scale } from './vector/elementwise.ts';
import { gatherRows, type Words } from './vector/gather.ts';
import { firstNonFinite, maxAbs } from './vector/magnitude.ts';
import { dot, norm2, sum } from './vector/reductions.ts';
import { scaleRows } from './vector/scale-rows.ts';
import { scatterRows } from './vector/scatter.ts';
import type { EngineChoice } from './wasm/instantiate.ts';

/**
 * Kernels on typed arrays. A call runs in wasm when all its arrays are views over the arena's memory, on the threads of a team where there is one and
 * work enough, and in the scalar twin otherwise; the results have the same bits (but for the payload of a NaN). Views may start at any entry.
 *
 * All throw RangeError when arrays that belong together differ in length, and Error when a view was detached by growth
 * of the arena.
 */
export interface Kernels extends SparseKernels {
  /** What runs on arrays in the arena. */
  readonly engine: 'wasm' | 'scalar';
  /** Threads that a call may run on: 1 without a team. */
  readonly threads: number;

  /**
   * One step of Adam (Kingma and Ba 2015, algorithm 1), or of AdamW (Loshchilov and Hutter 2019, algorithm 2) with
   * `weightDecay`, in place and in one pass over memory.
   *
   * @returns whether every gradient was finite; where one wasn't, params, m and v are spoiled
   * @throws InputError when `step` is not a positive integer
   */
  adam(state: AdamState, options: AdamOptions): boolean;

  /**
   * One step of gradient descent, plain, with momentum (Polyak 1964) or with Nesterov's momentum in the form of Sutskever
   * et al. 2013, in place and in one pass over memory.
   *
   * @returns whether every gradient was finite; where one wasn't, params and velocity are spoiled
   * @throws InputError when momentum is not 0 and there is no velocity
   */
  sgd(state: SgdState, options: SgdOptions): boolean;

  /** y ← a·x + y. */
  axpy(a: number, x: Float32Array, y: Float32Array): void;

  /** y ← a·x + b·y. b = 0 does not clear NaN or infinity out of y. */
  axpby(a: number, x: Float32Array, b: number, y: Float32Array): void;

  /** x ← a·x. */
  scale(x: Float32Array, a: number): void;

  /** Every entry of x ← value. */
  fill(x: Float32Array, value: number): void;

  /** out ← x, also where they overlap. */
  copy(x: Float32Array, out: Float32Array): void;

  /** Σ x·y, added in float64, where products of float32 are exact: the error is at most n·2⁻⁵³·Σ|x·y|. */
  dot(x: Float32Array, y: Float32Array): number;

  /** ‖x‖ = √Σ x², the Euclidean norm, right to about n·2⁻⁵⁴ relative. It neither overflows nor underflows. */
  norm2(x: Float32Array): number;

  /** Σ x, added in float64: the error is at most n·2⁻⁵³·Σ|x|. */
  sum(x: Float32Array): number;

  /** The largest |x|; NaN if there is a NaN, 0 if there are no entries. */
  maxAbs(x: Float32Array): number;

  /** Whether no entry is NaN or infinite. */
  allFinite(x: Float32Array): boolean;

  /** The index of the first NaN or infinity, or −1 if all are finite. */
  firstNonFinite(x: Float32Array): number;

  /**
   * Row r of `out` ← row indices[r] of `source`. Both are row-major with rows of `width` entries; `out` has a row for each
   * index, and indices may repeat.
   *
   * @throws InputError when an index is not that of a row; the rows before it are written
   */
  gatherRows<A extends Words>(out: A, source: A, width: number, indices: Int32Array): void;

  /**
   * Every row of `out` ← the sum of those rows of `updates` whose index it is, added in their order: the adjoint of `gatherRows`.
   *
   * @throws InputError when an index is not that of a row; nothing is written then
   */
  scatterRows(out: Float32Array, updates: Float32Array, width: number, indices: Int32Array): void;

  /** Row r of `out` ← factors[r] · row r of x, rows of `width` entries; `out` may be x. */
  scaleRows(x: Float32Array, factors: Float32Array, width: number, out: Float32Array): void;

  /** out ← g times the derivative of x Φ(x), Φ being the normal distribution's function: right to 2e-7. */
  geluBackward(x: Float32Array, g: Float32Array, out: Float32Array): void;

  /**
   * The gradients of layer normalization (Ba, Kiros and Hinton 2016) in one pass over memory: mean and variance of each row are computed from x
   * anew.
   *
   * @throws InputError when lengths don't fit
   */
  layerNormBackward(given: LayerNorm, gradients: LayerNormGradients): void;

  /** Numbers of room that `layerNormBackward` needs for rows of a width. */
  layerNormRoom(width: number): number;

  /**
   * out ← x times `scale` where an entry is kept, and times 0 where not. 16 bits of a hash of its number decide: it is kept where they are
   * at least 65536 − kept. `maskKeys` of @unbraid/graph gives keys for which these are the entries of `bernoulliMask`.
   */
  dropout(x: Float32Array, dropout: Dropout, out: Float32Array): void;

  /**
   * A symmetric matrix A = Q T Qᵀ reduced to tridiagonal form, in float64 and in place: 4/3 n³ operations.
   *
   * @throws InputError when lengths don't fit
   */
  tridiagonalize(given: Tridiagonal): void;

  /**
   * sorted ← each weight vector's values in ascending order, vector after vector: entry f · n + r is the r-th smallest of
   * vector f, where a vector has n = outer · inner entries.
   *
   * The order is total and stable in all three of these kernels: −∞ < … < −0 < +0 < … < +∞, and equal entries keep their
   * order. They keep scratch in the arena, for each thread 28 bytes for an entry of the longest vector so far and 92 where vectors do not
   * lie in one run, so the arena may grow at the first call and at the first call with longer vectors.
   *
   * @throws InputError when the vectors do not lie in `params`, the other array is not as long as they are, or a weight is
   *   NaN; nothing is written then
   */
  sortVectors(params: Float32Array, vectors: WeightVectors, sorted: Float32Array): void;

  /**
   * Puts the r-th entry of a vector in `sorted` (its layout is that of `sortVectors`) where the vector's entry ranked r is, in
   * place: the synchronization of Qiu and Suda (2020), Train-by-Reconnect, algorithm 1. Order, scratch and errors as in
   * `sortVectors`.
   */
  permuteByRank(params: Float32Array, vectors: WeightVectors, sorted: Float32Array): void;

  /**
   * ranks ← how many entries of its vector come before each entry, in the tensor's layout: from 0 for the smallest. Order,
   * scratch and errors as in `sortVectors`.
   */
  rankVectors(params: Float32Array, vectors: WeightVectors, ranks: Int32Array): void;
}

/** How kernels run. */
export interface KernelOptions {
  /** Default `auto`: wasm where the runtime compiles it. */
  readonly engine?: EngineChoice;
  /** Threads that work in this arena, which is shared then (`createTeam` of @unbraid/kernels/node). By default there is the caller's alone. */
  readonly team?: Team;
}

/**
 * The kernels for arrays in `arena`.
 *
 * @throws InputError for engine `wasm` where the runtime has no WebAssembly with 128-bit SIMD
 * @throws InputError for a team that works in another arena
 */
export function createKernels(arena: Arena, options: KernelOptions = {}): Kernels {
  const engine = createEngine(arena, options.engine ?? 'auto', options.team);
  const scratch = createScratch(arena);
  return {
    engine: engine.name,
    threads: engine.threads,
    ...createSparseKernels(engine),
    adam: (state, adamOptions) => adam(engine, state, adamOptions),
    sgd: (state, sgdOptions) => sgd(engine, state, sgdOptions),
    axpy: (a, x, y) => axpby(engine, a, x, 1, y),
    axpby: (a, x, b, y) => axpby(engine, a, x, b, y),
    scale: (x, a) => scale(engine, x, a),
    fill: (x, value) => fill(engine, x, value),
    copy: (x, out) => copy(engine, x, out),
    dot: (x, y) => dot(engine, x, y),
    norm2: (x) => norm2(engine, x),
    sum: (x) => sum(engine, x),
    maxAbs: (x) => maxAbs(engine, x),
    allFinite: (x) => firstNonFinite(engine, x) < 0,
    firstNonFinite: (x) => firstNonFinite(engine, x),
    gatherRows: (out, source, width, indices) => gatherRows(engine, out, source, width, indices),
    scatterRows: (out, updates, width, indices) => scatterRows(engine, out, updates, width, indices),
    scaleRows: (x, factors, width, out) => scaleRows(engine, x, factors, width, out),
    geluBackward: (x, g, out) => geluBackward(engine, x, g, out),
    layerNormBackward: (given, gradients) => layerNormBackward(engine, given, gradients),
    layerNormRoom,
    dropout: (x, given, out) => dropout(engine, x, given, out),
    tridiagonalize: (given) => tridiagonalize(engine, given),
    sortVectors: (params, vectors, sorted) => sortVectors(engine, scratch, params, vectors, sorted),
    permuteByRank: (params, vectors, sorted) => permuteByRank(engine, scratch, params, vectors, sorted),
    rankVectors: (params, vectors, ranks) => rankVectors(engine, scratch, params, vectors, ranks),
  };
}
