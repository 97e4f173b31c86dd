import { compile, f32, f64, matmul, type Runtime, type Scope, trace } from '@unbraid/graph';
import { type Design, type PathSolution, writeOutputs } from './design.ts';
import { openNeurons } from './moments.ts';
import { fillBlock, gatedInputs, rowsOfBlock } from './moments-graph.ts';

/** Outputs of rows for the solutions of all ridges: of each, rows × c. */
export type PathOutputs = (rows: Int32Array, solutions: readonly PathSolution[]) => Promise<Float64Array[]>;

/** In plain loops over open neurons. */
export function plainOutputs(design: Design): PathOutputs {
  const { x, y, gates } = design;
  const [c, d] = [y.cols, x.cols];
  const open = new Int32Array(gates.rows);
  return async (rows, solutions) => {
    const stride = solutions.length * c;
    const v = joined(design, solutions);
    const all = new Float64Array(rows.length * stride);
    rows.forEach((row, i) => {
      const count = openNeurons(x, row, gates, open);
      const into = i * stride;
      for (let a = 0; a < count; a++) {
        for (let t = 0; t < d; t++) {
          const value = x.data[row * d + t]!;
          for (let q = 0, at = (open[a]! * d + t) * stride; q < stride; q++, at++) all[into + q]! += value * v[at]!;
        }
      }
    });
    return split(all, rows.length, solutions, c);
  };
}

/** By a graph that is compiled once and reads blocks of rows. */
export async function compileOutputs(
  scope: Scope,
  design: Design,
  count: number,
  runtime: Runtime,
): Promise<PathOutputs> {
  const { x, y, gates } = design;
  const stride = count * y.cols;
  const block = rowsOfBlock(gates.data.length, x.rows);
  const specs = { x: f32(block, x.cols), u: f32(gates.rows, x.cols), v: f64(gates.data.length, stride) };
  const graph = trace(specs, ({ x: rows, u, v }) => ({
    n: matmul(gatedInputs(rows, u), v, { transposeA: true }),
  }));
  const step = scope.own(await compile(graph, runtime, { inputs: { u: gates } }));
  return async (rows, solutions) => {
    step.inputs.v.float64.set(joined(design, solutions));
    const all = new Float64Array(rows.length * stride);
    for (let first = 0; first < rows.length; first += block) {
      const part = rows.subarray(first, first + block);
      fillBlock(part, step.inputs.x.float32, x.data, x.cols);
      await step.run();
      all.set(step.outputs.n.float64.subarray(0, part.length * stride), first * stride);
    }
    return split(all, rows.length, solutions, y.cols);
  };
}

/** V of all ridges beside one another, p × (ridges · c). */
function joined(design: Design, solutions: readonly PathSolution[]): Float64Array {
  const c = design.y.cols;
  const stride = solutions.length * c;
  const v = new Float64Array(design.gates.data.length * stride);
  solutions.forEach(({ weights }, r) => {
    writeOutputs(weights, design, v, stride, r * c);
  });
  return v;
}

function split(all: Float64Array, rows: number, solutions: readonly PathSolution[], c: number): Float64Array[] {
  const stride = solutions.length * c;
  return solutions.map(({ intercept }, r) => {
    const part = new Float64Array(rows * c);
    for (let i = 0; i < rows; i++) {
      for (let o = 0; o < c; o++) part[i * c + o] = all[i * stride + r * c + o]! + intercept[o]!;
    }
    return part;
  });
}
