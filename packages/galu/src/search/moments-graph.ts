import {
  cast,
  compile,
  concat,
  f32,
  f64,
  greaterEqual,
  matmul,
  mul,
  type Runtime,
  reshape,
  type Scope,
  slice,
  type Tensor,
  trace,
  transpose,
} from '@unbraid/graph';
import { addScaled } from '../vectors.ts';
import { emptyMoments, type GatedRows, type Moments } from './moments.ts';
import type { Tiling } from './tiles.ts';

/** Gated inputs of a block of rows take this many bytes at most. */
const MOST_BYTES = 48 * 2 ** 20;
const MOST_ROWS = 2048;

/** Rows of a block. */
export const rowsOfBlock = (p: number, samples: number): number =>
  Math.max(1, Math.min(MOST_ROWS, samples, Math.floor(MOST_BYTES / (8 * p))));

/** Zᵀ, k·d × rows, in double precision: each neuron's inputs, zero where it is closed. Gates open as the network's own do, in single precision. */
export function gatedInputs(x: Tensor, u: Tensor): Tensor {
  const [k, d] = u.shape as [number, number];
  const rows = x.shape[0]!;
  const open = cast(greaterEqual(matmul(u, x, { transposeB: true }), 0), 'float64');
  const inputs = reshape(transpose(cast(x, 'float64')), [1, d, rows]);
  return reshape(mul(reshape(open, [k, 1, rows]), inputs), [k * d, rows]);
}

/** Tiles of Z Zᵀ, from Zᵀ padded with zeros. */
function gramTiles(z: Tensor, { side, count, n }: Tiling): Tensor {
  const rows = Array.from({ length: count }, (_, i) => {
    const end = Math.min(n, (i + 1) * side);
    const part = slice(z, [i * side], [end]);
    const missing = (i + 1) * side - end;
    return missing === 0 ? part : concat([part, mul(slice(z, [0], [missing]), 0)]);
  });
  return concat(rows.flatMap((column, j) => rows.slice(j).map((row) => matmul(row, column, { transposeB: true }))));
}

/** Takes moments of lists of rows. */
export interface MomentsMaker {
  of(rows: Int32Array, signal?: AbortSignal): Promise<Moments>;
}

/** The same as `plainMoments` with a graph that is compiled once and reads blocks of rows. */
export async function compileMoments(
  scope: Scope,
  given: GatedRows,
  tiling: Tiling,
  runtime: Runtime,
): Promise<MomentsMaker> {
  const { x, y, gates, weights } = given;
  const [d, c] = [x.cols, y.cols];
  const block = rowsOfBlock(tiling.n, x.rows);
  const specs = { x: f32(block, d), u: f32(gates.rows, d), s: f64(1, block), t: f64(block, c + 1) };
  const graph = trace(specs, ({ x: rows, u, s, t }) => {
    const z = mul(gatedInputs(rows, u), s);
    return { gram: gramTiles(z, tiling), cross: matmul(z, t) };
  });
  const step = scope.own(await compile(graph, runtime, { inputs: { u: gates } }));
  const { inputs, outputs } = step;
  return {
    async of(rows, signal) {
      const moments = emptyMoments(tiling.size, tiling.n, c);
      for (let first = 0; first < rows.length; first += block) {
        signal?.throwIfAborted();
        const part = rows.subarray(first, first + block);
        fillBlock(part, inputs.x.float32, x.data, d);
        const [s, t] = [inputs.s.float64.fill(0), inputs.t.float64.fill(0)];
        part.forEach((row, i) => {
          const weight = weights ? weights[row]! : 1;
          const root = Math.sqrt(weight);
          s[i] = root;
          t[i * (c + 1)] = root;
          moments.weight += weight;
          for (let o = 0; o < c; o++) {
            t[i * (c + 1) + 1 + o] = root * y.data[row * c + o]!;
            moments.targets[o]! += weight * y.data[row * c + o]!;
          }
        });
        await step.run();
        addScaled(1, outputs.gram.float64, moments.gram);
        const cross = outputs.cross.float64;
        for (let i = 0; i < tiling.n; i++) {
          moments.sums[i]! += cross[i * (c + 1)]!;
          for (let o = 0; o < c; o++) moments.cross[i * c + o]! += cross[i * (c + 1) + 1 + o]!;
        }
      }
      return moments;
    },
  };
}

/** Copies rows of X to a block; rows that the block has left are zero. */
export function fillBlock(rows: Int32Array, block: Float32Array, x: Float32Array, d: number): void {
  block.fill(0);
  rows.forEach((row, i) => {
    block.set(x.subarray(row * d, (row + 1) * d), i * d);
  });
}
