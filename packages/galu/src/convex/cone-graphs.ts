import { cast, compile, f64, matmul, mul, type Runtime, reshape, type Scope, slice, spec, trace } from '@unbraid/graph';
import { compileTiledSolver, type TiledSolver } from '../search/tiled-cholesky.ts';
import { type Tiling, tileAt, tilingOf } from '../search/tiles.ts';
import type { GatedFeatures } from './gated-features.ts';
import { addSquares, allRows, beyondPrecision } from './square-matrices.ts';

/** What a Newton step of the program of ReLU networks takes most of its time for, by ONNX Runtime in double precision. */
export interface ConeGraphs {
  /**
   * Xᵀ diag(w) X for each of some weights of the rows that aren't 0, d × d, the lower triangle: what (2D − I) X makes of them, too, since signs don't matter.
   * @param weights as many for each as there are such rows
   */
  squares(weights: readonly Float64Array[]): Promise<Float64Array[]>;
  /**
   * Factors n I + Σ_j D_j X C_j Xᵀ D_j, n × n, of which nothing else is ever needed.
   * @param matrices C_j of each gate, d × d, symmetric
   * @returns what solves systems with it, until the next is factored
   * @throws {InputError} where rounding leaves no factor
   */
  factorRows(
    gates: readonly number[],
    matrices: readonly Float64Array[],
  ): Promise<(right: Float64Array) => Float64Array>;
}

/** Products of pairs of columns that are kept, n · d (d + 1)/2 of them at most: 32 MiB. */
const PAIRS = 2 ** 22;

/** Numbers of masked rows that are multiplied at once, n · d for each gate: 16 MiB. */
const MASKED = 2 ** 21;

/** Vectors that there is room for at least, and at most; in between in steps of twice as many. */
const [LEAST_ROOM, MOST_ROOM] = [16, 256];

/** Side of a tile of the matrix of rows. */
const TILE = 128;

export function coneGraphs(scope: Scope, f: GatedFeatures, runtime: Runtime): ConeGraphs {
  return { squares: squaresOf(scope, f, runtime), factorRows: factorOf(scope, f, runtime) };
}

/** Work for so many at a time, by graphs with room for 16, 32, 64, … of them, each compiled when it is first wanted. */
function inRooms<T>(most: number, compileFor: (room: number) => Promise<T>) {
  const made = new Map<number, T>();
  return async (count: number, work: (graph: T, start: number, end: number) => Promise<void>): Promise<void> => {
    for (let start = 0; start < count; ) {
      let room = LEAST_ROOM;
      while (room < count - start && 2 * room <= Math.max(LEAST_ROOM, most)) room *= 2;
      const graph = made.get(room) ?? (await compileFor(room));
      made.set(room, graph);
      const end = Math.min(count, start + room);
      await work(graph, start, end);
      start = end;
    }
  };
}

function squaresOf(scope: Scope, { x, rows: n, columns: d }: GatedFeatures, runtime: Runtime): ConeGraphs['squares'] {
  const isRow = (i: number) => x.subarray(i * d, (i + 1) * d).some((value) => value !== 0);
  const rows = allRows(n).filter(isRow);
  const pairs = (d * (d + 1)) / 2;
  if (rows.length * pairs > PAIRS)
    return async (weights) =>
      weights.map((own) => {
        const square = new Float64Array(d * d);
        addSquares(square, { x, rows, weights: own });
        return square;
      });
  let products: Float64Array | undefined;
  const chunks = inRooms(MOST_ROOM, async (room) => {
    products ??= pairProducts(x, rows, d);
    const specs = { weights: f64(room, rows.length), products: f64(rows.length, pairs) };
    const graph = trace(specs, ({ weights, products: all }) => ({ sums: matmul(weights, all) }));
    return scope.own(await compile(graph, runtime, { inputs: { products: { data: products } } }));
  });
  return async (weights) => {
    const squares: Float64Array[] = [];
    await chunks(weights.length, async (step, start, end) => {
      const given = step.inputs.weights.float64;
      for (let v = start; v < end; v++) given.set(weights[v]!, (v - start) * rows.length);
      await step.run();
      const sums = step.outputs.sums.float64;
      for (let v = start; v < end; v++) squares.push(lowerTriangle(sums, (v - start) * pairs, d));
    });
    return squares;
  };
}

/** x_s x_t of each row, for s ≥ t. */
function pairProducts(x: Float64Array, rows: Int32Array, d: number): Float64Array {
  const products = new Float64Array((rows.length * d * (d + 1)) / 2);
  let at = 0;
  for (const i of rows)
    for (let s = 0; s < d; s++) for (let t = 0; t <= s; t++) products[at++] = x[i * d + s]! * x[i * d + t]!;
  return products;
}

/** A lower triangle whose rows lie one after another, as a matrix. */
function lowerTriangle(packed: Float64Array, from: number, d: number): Float64Array {
  const matrix = new Float64Array(d * d);
  for (let s = 0, at = from; s < d; s++) for (let t = 0; t <= s; t++) matrix[s * d + t] = packed[at++]!;
  return matrix;
}

function factorOf(scope: Scope, f: GatedFeatures, runtime: Runtime): ConeGraphs['factorRows'] {
  const tiling = tilingOf(f.rows, Math.min(f.rows, TILE));
  const sumOf = outerOf(scope, f, tiling, runtime);
  let solver: TiledSolver | undefined;
  return async (gates, matrices) => {
    solver ??= await compileTiledSolver(scope, tiling, runtime);
    const sum = await sumOf(gates, matrices);
    try {
      return await solver.factor(sum, f.rows);
    } catch (cause) {
      throw beyondPrecision(cause);
    }
  };
}

/** Σ_j D_j X C_j Xᵀ D_j, in tiles. */
function outerOf(scope: Scope, { x, rows: n, columns: d, open }: GatedFeatures, tiling: Tiling, runtime: Runtime) {
  const { side, count } = tiling;
  const ends = Array.from({ length: count }, (_, b) => Math.min(n, (b + 1) * side));
  const chunks = inRooms(Math.floor(MASKED / (n * d)), async (room) => {
    const specs = { x: f64(n, d), open: spec([n, room], 'bool'), matrices: f64(d, room * d) };
    const graph = trace(specs, ({ x: all, open: mask, matrices }) => {
      const masks = reshape(cast(mask, 'float64'), [n, room, 1]);
      const masked = reshape(mul(reshape(all, [n, 1, d]), masks), [n, room * d]);
      const turned = reshape(mul(reshape(matmul(all, matrices), [n, room, d]), masks), [n, room * d]);
      // Of each block of rows what is left of its last column: the rest is the same turned round.
      const blocks = ends.map((end, b) =>
        matmul(slice(turned, [b * side], [end]), slice(masked, [0], [end]), { transposeB: true }),
      );
      return { blocks };
    });
    return { room, step: scope.own(await compile(graph, runtime, { inputs: { x: { data: x } } })) };
  });
  return async (gates: readonly number[], matrices: readonly Float64Array[]): Promise<Float64Array> => {
    const sum = new Float64Array(tiling.size);
    await chunks(gates.length, async ({ room, step }, start, end) => {
      const [mask, wide] = [step.inputs.open.data as Uint8Array, step.inputs.matrices.float64];
      mask.fill(0);
      wide.fill(0);
      for (let j = start; j < end; j++) {
        for (const i of open[gates[j]!]!) mask[i * room + j - start] = 1;
        for (let s = 0; s < d; s++) wide.set(matrices[j]!.subarray(s * d, (s + 1) * d), (s * room + j - start) * d);
      }
      await step.run();
      addToTiles(sum, step.outputs.blocks.float64, tiling);
    });
    return sum;
  };
}

/** Adds blocks of rows, each up to its last column, to tiles. */
function addToTiles(sum: Float64Array, blocks: Float64Array, tiling: Tiling): void {
  const { n, side, count } = tiling;
  let at = 0;
  for (let i = 0; i < count; i++)
    for (let row = i * side; row < Math.min(n, (i + 1) * side); row++)
      for (let j = 0; j <= i; j++) {
        const width = Math.min(n, (j + 1) * side) - j * side;
        const into = tileAt(tiling, i, j) + (row - i * side) * side;
        for (let t = 0; t < width; t++) sum[into + t]! += blocks[at + t]!;
        at += width;
      }
}
