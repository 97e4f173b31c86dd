import { createMatrix, type Matrix } from '@unbraid/data';
import {
  type ConvexNetwork,
  type ConvexSettings,
  fitConvex,
  hiddenOf,
  outputWeights,
  reluNetwork,
} from '@unbraid/galu';
import type { Runtime } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { adam, cosineDecay, fit, meanSquaredError, predict } from '@unbraid/nn';
import { errorOf, type Problem, type Samples } from './relu-data.ts';

/** A network, however it was found. */
export interface Found {
  /** (1/2n) ‖y − N(X)‖² + λ Σ ‖v_j‖ |a_j|, what weight decay leaves of it once each neuron is balanced. */
  readonly objective: number;
  /** Neurons that aren't 0. */
  readonly neurons: number;
  /** Errors in percent, as `errorOf` tells them. */
  readonly training: number;
  readonly test: number;
  readonly seconds: number;
}

/** One by its convex program. */
export interface Convex extends Found {
  /** How far above the optimum it can be. */
  readonly gap: number;
}

/** One trained by gradients. */
export interface Trained extends Found {
  /** V, k × d: where its neurons open. */
  readonly hidden: Matrix;
}

export async function convexFit(
  problem: Problem,
  { training, test }: Samples,
  settings: ConvexSettings,
  options: { readonly runtime: Runtime; readonly signal: AbortSignal },
): Promise<Convex> {
  const start = performance.now();
  const network = await fitConvex(training.x, training.y, settings, options);
  const seconds = (performance.now() - start) / 1000;
  const { objective, gap } = network.report;
  return {
    ...{ objective, gap, seconds, neurons: neuronsOf(network) },
    training: errorOf(problem, network.predict(training.x).data, training.y),
    test: errorOf(problem, network.predict(test.x).data, test.y),
  };
}

const neuronsOf = (network: ConvexNetwork): number =>
  network.kind === 'relu' ? network.hidden.rows : network.weights.rows;

/** How a network is trained. */
export interface TrainingSettings {
  readonly neurons: number;
  readonly penalty: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly seed: number;
}

/** Neurons shorter than this share of the longest count as 0, which Adam doesn't reach. */
const NOTHING = 1e-3;

/** Both layers by Adam, all rows in each step, with a learning rate that falls to 0 as half a cosine. The loss is twice the objective's, so its weight decay is, too. */
export async function trainedFit(
  problem: Problem,
  { training, test }: Samples,
  { neurons, penalty, steps, learningRate, seed }: TrainingSettings,
  { runtime, signal }: { readonly runtime: Runtime; readonly signal: AbortSignal },
): Promise<Trained> {
  const a = outputWeights(neurons, 1, createRandom(seed).split('output weights'));
  const model = reluNetwork({ inputs: training.x.cols, a, trainOutput: true });
  const y = createMatrix(training.y.length, 1, Float32Array.from(training.y));
  const result = await fit({
    ...{ model, loss: meanSquaredError, optimizer: adam({ l2: 2 * penalty }) },
    ...{ learningRate: cosineDecay(learningRate, steps), batchSize: Number.POSITIVE_INFINITY, epochs: steps },
    ...{ data: { x: training.x, y }, keepBest: false, seed, signal, runtime },
  });
  const { params, seconds } = result;
  const hidden = hiddenOf(model, params);
  const lengths = lengthsOf(hidden, params.subarray(hidden.data.length));
  const outputs = async (x: Matrix) => (await predict(model, params, x, { runtime })).data;
  const [said, told] = [await outputs(training.x), await outputs(test.x)];
  const loss = training.y.reduce((sum, target, i) => sum + (target - said[i]!) ** 2, 0) / (2 * training.y.length);
  const longest = Math.max(...lengths);
  return {
    ...{ hidden, seconds, neurons: lengths.filter((length) => length > NOTHING * longest).length },
    objective: loss + penalty * lengths.reduce((sum, length) => sum + length, 0),
    training: errorOf(problem, said, training.y),
    test: errorOf(problem, told, test.y),
  };
}

/** ‖v_j‖ |a_j| */
const lengthsOf = (hidden: Matrix, a: Float32Array): number[] =>
  Array.from(a, (value, j) => {
    const row = hidden.data.subarray(j * hidden.cols, (j + 1) * hidden.cols);
    return Math.abs(value) * Math.sqrt(row.reduce((sum, entry) => sum + entry ** 2, 0));
  });

/** All rows of several matrices. */
export function stacked(parts: readonly Matrix[]): Matrix {
  const cols = parts[0]!.cols;
  const all = createMatrix(
    parts.reduce((sum, { rows }) => sum + rows, 0),
    cols,
  );
  let at = 0;
  for (const { data } of parts) {
    all.data.set(data, at);
    at += data.length;
  }
  return all;
}
