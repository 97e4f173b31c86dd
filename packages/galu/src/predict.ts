import { checkFinite, createMatrix, type Matrix } from '@unbraid/data';
import { f32, type Runtime, trace } from '@unbraid/graph';
import { blockRows, inBlocks } from './blocks.ts';
import { openGates, output } from './network.ts';
import { runOnce } from './run-once.ts';

/**
 * N(X), rows × c, in blocks of rows.
 * @throws {Error} for inputs of another dimension, or with NaN or infinite entries
 */
export async function predictOutputs(
  { gates, weights, a }: { readonly gates: Matrix; readonly weights: Matrix; readonly a: Matrix },
  x: Matrix,
  runtime: Runtime,
): Promise<Matrix> {
  if (x.cols !== gates.cols) {
    throw new Error(`galu: X has ${x.cols} columns, the network was trained on ${gates.cols}`);
  }
  checkFinite('galu: X', x);
  if (x.rows === 0) return createMatrix(0, a.cols);
  const rows = blockRows({ samples: x.rows, dimension: x.cols, neurons: gates.rows, outputs: a.cols });
  const matrix = f32(gates.rows, gates.cols);
  const specs = { x: inBlocks(rows, x.cols), u: matrix, w: matrix, a: f32(a.rows, a.cols) };
  const graph = trace(specs, ({ x: blocks, u, w, a: A }) => ({
    n: blocks.map((block) => output(block, openGates(block, u), w, A)),
  }));
  const n = createMatrix(x.rows, a.cols);
  await runOnce(graph, runtime, { inputs: { x, u: gates, w: weights, a }, outputs: { n } });
  return n;
}
