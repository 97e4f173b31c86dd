import { createMatrix, type Matrix, readSafetensors, requireTensor, writeSafetensors } from '@unbraid/data';
import { fitConvex, gaussianGates, largestPenalty } from '@unbraid/galu';
import { createRandom } from '@unbraid/kernels';

/** A convex program of two-layer networks. */
export interface ConvexProblem {
  readonly rows: number;
  readonly inputs: number;
  readonly gates: number;
  /** The penalty, as a share of the one at which no gated neuron is worth its weight. */
  readonly share: number;
}

/** What a side is told. */
export interface ConvexTask {
  /** A safetensors file: X (rows × inputs), y, U (gates × inputs), all float32. */
  readonly file: string;
  readonly method: 'gated' | 'relu';
  readonly penalty: number;
  /** The optimum's certified bound from below. */
  readonly optimum: number;
  /** The objective to reach. */
  readonly target: number;
  readonly threads: number;
}

/** Data of a task. */
export interface ConvexData {
  readonly x: Matrix;
  readonly y: Float32Array;
  readonly gates: Matrix;
}

/** How far above the optimum the objective to reach is. */
export const WITHIN = 1e-6;

/** Neurons of the teacher. */
const TEACHER = 5;

/** Writes outputs of a ReLU network that is drawn, with noise of 0.3, at Gaussian inputs; tells the penalty. */
export async function writeConvexData(
  file: string,
  { rows, inputs, gates, share }: ConvexProblem,
  seed: number,
): Promise<number> {
  const random = createRandom(seed);
  const x = createMatrix(rows, inputs, random.split('x').normal(new Float32Array(rows * inputs)));
  const teacher = random.split('teacher').normal(new Float32Array(TEACHER * inputs), 0, 1 / Math.sqrt(inputs));
  const y = random.split('noise').normal(new Float32Array(rows), 0, 0.3);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < TEACHER; j++) y[i]! += (j % 2 ? -1 : 1) * Math.max(0, product(x, i, teacher, j));
  const u = gaussianGates(gates, inputs, random.split('gates'));
  await writeSafetensors(file, {
    X: { dtype: 'F32', shape: [rows, inputs], data: x.data },
    y: { dtype: 'F32', shape: [rows], data: y },
    U: { dtype: 'F32', shape: [gates, inputs], data: u.data },
  });
  return share * largestPenalty(x, y, { gates: u });
}

/** Reads what {@link writeConvexData} wrote. */
export async function readConvexData(file: string): Promise<ConvexData> {
  const content = await readSafetensors(file);
  const matrix = (name: string) => {
    const { data, shape } = requireTensor(content, name, 'F32');
    return createMatrix(shape[0]!, shape[1]!, data);
  };
  return { x: matrix('X'), y: requireTensor(content, 'y', 'F32').data, gates: matrix('U') };
}

/** The optimum's bound from below, by a duality gap a hundredth of what is asked for. */
export async function optimumOf({ x, y, gates }: ConvexData, method: ConvexTask['method'], penalty: number) {
  const settings = { penalty, gates, method, tolerance: WITHIN / 100 };
  const { report } = await fitConvex(x, y, settings);
  return report.objective - report.gap;
}

/** The objective of a side's weights, in float64. */
export const objectiveOf = (
  data: ConvexData,
  { method, penalty }: Pick<ConvexTask, 'method' | 'penalty'>,
  weights: readonly number[],
): number => (method === 'gated' ? gatedObjective(data, penalty, weights) : reluObjective(data, penalty, weights));

/** (1/2n) ‖y − N(X)‖² + λ Σ_j ‖w_j‖ of gated neurons, in float64. @param weights gates × inputs */
export function gatedObjective({ x, y, gates }: ConvexData, penalty: number, weights: ArrayLike<number>): number {
  let [loss, norms] = [0, 0];
  for (let i = 0; i < x.rows; i++) {
    let rest = y[i]!;
    for (let j = 0; j < gates.rows; j++) if (product(x, i, gates.data, j) >= 0) rest -= product(x, i, weights, j);
    loss += rest * rest;
  }
  for (let j = 0; j < gates.rows; j++) norms += lengthOf(weights, j, x.cols);
  return loss / (2 * x.rows) + penalty * norms;
}

/** (1/2n) ‖y − N(X)‖² + λ Σ_j ‖v_j‖ |a_j| of ReLU neurons. @param weights neurons × (inputs + 1), v_j and a_j */
export function reluObjective({ x, y }: ConvexData, penalty: number, weights: readonly number[]): number {
  const width = x.cols + 1;
  const neurons = Array.from({ length: weights.length / width }, (_, j) => ({
    v: weights.slice(j * width, j * width + x.cols),
    a: weights[j * width + x.cols]!,
  }));
  let loss = 0;
  for (let i = 0; i < x.rows; i++) {
    const outputs = neurons.reduce((sum, { v, a }) => sum + a * Math.max(0, product(x, i, v, 0)), 0);
    loss += (y[i]! - outputs) ** 2;
  }
  const norms = neurons.reduce((sum, { v, a }) => sum + lengthOf(v, 0, x.cols) * Math.abs(a), 0);
  return loss / (2 * x.rows) + penalty * norms;
}

function product(x: Matrix, i: number, w: ArrayLike<number>, j: number): number {
  let sum = 0;
  for (let t = 0; t < x.cols; t++) sum += x.data[i * x.cols + t]! * w[j * x.cols + t]!;
  return sum;
}

function lengthOf(w: ArrayLike<number>, j: number, d: number): number {
  let sum = 0;
  for (let t = 0; t < d; t++) sum += w[j * d + t]! ** 2;
  return Math.sqrt(sum);
}
