import type { Matrix } from '@unbraid/data';
import { compile, type Runtime, type Scope } from '@unbraid/graph';
import type { Sizes } from '../blocks.ts';
import type { InputMap } from '../inputs.ts';
import { addScaled } from '../vectors.ts';
import { type BlockShape, blockShape, curvatureGraph, lossGraph, momentsGraph, residualGraph } from './pass-graphs.ts';
import type { RowReader } from './row-source.ts';

// What training needs of all rows: sums over blocks, each of them a run of one graph, and added in double precision.

/** A network to be trained on rows that are read. */
export interface Streamed {
  readonly reader: RowReader;
  readonly map: InputMap;
  readonly gates: Matrix;
  readonly a: Matrix;
  /** Targets, m × c. */
  readonly y: Matrix;
  readonly runtime: Runtime;
  readonly signal?: AbortSignal | undefined;
}

/** Sums over all rows. */
export interface Moments {
  /** GᵀG, k × k */
  readonly overlap: Float64Array;
  /** ZᵀZ, d × d */
  readonly inner: Float64Array;
  /** Σ_i g_ij z_i for each neuron j, k × d */
  readonly open: Float64Array;
}

/** Φᵀ r and the sums of r's columns, for some r, m × c. */
export interface Back {
  readonly back: Float64Array;
  readonly sums: Float64Array;
}

/** Rows of a block: enough that calls cost little, few enough that the last block isn't filled up by much. */
const BLOCK_ROWS = 8192;

export const streamedRows = ({ neurons, dimension }: Pick<Sizes, 'neurons' | 'dimension'>, rows: number): number =>
  Math.min(rows, BLOCK_ROWS, Math.max(256, Math.floor(MOST_ENTRIES / Math.max(neurons, dimension))));

/** Hidden activations, or rows, of a block take 64 MB at the most. */
const MOST_ENTRIES = 2 ** 24;

const shapeOf = ({ reader, gates, a }: Streamed): BlockShape =>
  blockShape({ samples: reader.blockRows, dimension: gates.cols, neurons: gates.rows, outputs: a.cols });

/**
 * Writes rows to a graph's memory as gates see them, as `mapInputs` does it but for a product in place of a division, which is faster and rounds otherwise once in some hundred million
 * numbers. Rows that fill up are zeros. A loop in JavaScript: as nodes of the graph, in double precision, it took three times as long.
 */
function rowWriter({ scaling, offset = false }: InputMap): (x: Matrix, out: Float32Array) => void {
  const mean = scaling?.mean;
  const factor = scaling?.scale.map((scale) => 1 / scale);
  return ({ data, rows, cols }, out) => {
    const width = cols + Number(offset);
    if (mean && factor) {
      for (let from = 0, to = 0; from < data.length; from += cols, to += width)
        for (let j = 0; j < cols; j++) out[to + j] = (data[from + j]! - mean[j]!) * factor[j]!;
    } else if (offset) for (let i = 0; i < rows; i++) out.set(data.subarray(i * cols, (i + 1) * cols), i * width);
    else out.set(data);
    if (offset) for (let at = cols; at < rows * width; at += width) out[at] = 1;
    out.fill(0, rows * width);
  };
}

/** Blocks of targets and the like, m × c; rows behind the last one become a row of its own. */
function fillRows(out: Float32Array, from: Float32Array, start: number, rest: ArrayLike<number>): void {
  const rows = from.subarray(start, start + out.length);
  out.set(rows);
  for (let at = rows.length; at < out.length; at++) out[at] = rest[at % rest.length]!;
}

/** One pass: of gates, what the preconditioner and means are made of. */
export async function momentsOf(scope: Scope, streamed: Streamed): Promise<Moments> {
  const { reader, map, gates, runtime, signal } = streamed;
  const write = rowWriter(map);
  const [k, d] = [gates.rows, gates.cols];
  const run = scope.own(await compile(momentsGraph(shapeOf(streamed)), runtime, { inputs: { u: gates } }));
  const sums = { overlap: new Float64Array(k * k), inner: new Float64Array(d * d), open: new Float64Array(k * d) };
  let filling = 0;
  const take = (block: Matrix) => {
    write(block, run.inputs.x.float32);
    filling = reader.blockRows - block.rows;
  };
  const add = async () => {
    await run.run();
    addScaled(1, run.outputs.overlap.float32, sums.overlap);
    addScaled(1, run.outputs.inner.float32, sums.inner);
    addScaled(1, run.outputs.open.float32, sums.open);
    // Every gate is open for a row of zeros.
    if (filling > 0) for (let i = 0; i < sums.overlap.length; i++) sums.overlap[i]! -= filling;
  };
  await reader.pass({ take, add }, signal);
  return sums;
}

/** r = Y − N − b of all rows. */
export interface SquaredPasses {
  /** For W and b: Φᵀ r, the sums of r, and ‖r‖². */
  residual(w: Float32Array, b: Float32Array): Promise<Back & { readonly squares: number }>;
  /** The same for r = N. */
  image(w: Float32Array): Promise<Back & { readonly squares: number }>;
}

/** Compiles what the squared loss takes. */
export async function squaredPasses(scope: Scope, streamed: Streamed): Promise<SquaredPasses> {
  const { reader, map, gates, a, y, runtime, signal } = streamed;
  const write = rowWriter(map);
  const run = scope.own(await compile(residualGraph(shapeOf(streamed)), runtime, { inputs: { u: gates, a } }));
  const pass = async (targets: Float32Array | undefined) => {
    const [back, sums] = [new Float64Array(gates.data.length), new Float64Array(a.cols)];
    let squares = 0;
    const { y: block, b } = run.inputs;
    if (!targets) block.float32.fill(0);
    const take = (rows: Matrix, start: number) => {
      write(rows, run.inputs.x.float32);
      // Rows that fill up are met by b alone.
      if (targets) fillRows(block.float32, targets, start * a.cols, b.float32);
    };
    const add = async () => {
      await run.run();
      addScaled(1, run.outputs.back.float32, back);
      addScaled(1, run.outputs.sums.float32, sums);
      squares += run.outputs.squares.float32[0]!;
    };
    await reader.pass({ take, add }, signal);
    return { back, sums, squares };
  };
  return {
    residual(w, b) {
      run.inputs.w.float32.set(w);
      run.inputs.b.float32.set(b);
      return pass(y.data);
    },
    async image(w) {
      run.inputs.w.float32.set(w);
      run.inputs.b.float32.fill(0);
      const { back, sums, squares } = await pass(undefined);
      return { back: back.map((value) => -value), sums: sums.map((value) => -value), squares };
    },
  };
}

/** The logistic loss at W and b. */
export interface LossSums extends Back {
  readonly loss: number;
  /** Σ d of each output. */
  readonly weight: Float64Array;
  /** Σ_i d_ic g_ij z_i, k × d for each output. */
  readonly open: Float64Array;
}

export interface LogisticPasses {
  /** Loss and gradient at W and b, where D is kept, too; back is that of the loss's derivative in N. */
  loss(w: Float32Array, b: Float32Array): Promise<LossSums>;
  /** Φᵀ(D ⊙ N) of a step, and its sums, for the D of the last loss. */
  curvature(step: Float32Array): Promise<Back>;
}

/** Compiles what the logistic loss takes. D, m × c, stays in memory. */
export async function logisticPasses(scope: Scope, streamed: Streamed): Promise<LogisticPasses> {
  const { reader, map, gates, a, y, runtime, signal } = streamed;
  const write = rowWriter(map);
  const shape = shapeOf(streamed);
  const value = scope.own(await compile(lossGraph(shape), runtime, { inputs: { u: gates, a } }));
  const product = scope.own(await compile(curvatureGraph(shape), runtime, { inputs: { u: gates, a } }));
  const [size, c] = [gates.data.length, a.cols];
  const curvatures = new Float32Array(y.data.length);
  const zeros = new Float32Array(c);
  return {
    async loss(w, b) {
      const sums = {
        back: new Float64Array(size),
        sums: new Float64Array(c),
        weight: new Float64Array(c),
        open: new Float64Array(c * size),
      };
      let loss = 0;
      value.inputs.w.float32.set(w);
      value.inputs.b.float32.set(b);
      let there = curvatures;
      const take = (rows: Matrix, start: number) => {
        write(rows, value.inputs.x.float32);
        fillRows(value.inputs.y.float32, y.data, start * c, zeros);
        there = curvatures.subarray(start * c, (start + rows.rows) * c);
      };
      const add = async () => {
        await value.run();
        const { outputs } = value;
        addScaled(1, outputs.back.float32, sums.back);
        addScaled(1, outputs.sums.float32, sums.sums);
        addScaled(1, outputs.weight.float32, sums.weight);
        addScaled(1, outputs.open.float32, sums.open);
        loss += outputs.loss.float32[0]!;
        there.set(outputs.d.float32.subarray(0, there.length));
      };
      await reader.pass({ take, add }, signal);
      return { ...sums, loss };
    },
    async curvature(step) {
      const [back, sums] = [new Float64Array(size), new Float64Array(c)];
      product.inputs.w.float32.set(step);
      const take = (rows: Matrix, start: number) => {
        write(rows, product.inputs.x.float32);
        fillRows(product.inputs.d.float32, curvatures, start * c, zeros);
      };
      const add = async () => {
        await product.run();
        addScaled(1, product.outputs.back.float32, back);
        addScaled(1, product.outputs.sums.float32, sums);
      };
      await reader.pass({ take, add }, signal);
      return { back, sums };
    },
  };
}
